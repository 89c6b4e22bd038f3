#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "sessgate/app/config.hpp"

namespace sessgate::app {

/// What an event says of itself, without time and level: `store_full op=create user="a b"`, or
/// `"event":"store_full","op":"create","user":"a b"` as members of a JSON object. Values come from outside: whatever
/// is in them, the result is one line of ASCII, and no value reads as another field. A field without text is left
/// out.
std::string log_line(LogFormat format, std::string_view event, std::initializer_list<ports::Field> fields);

}  // namespace sessgate::app
