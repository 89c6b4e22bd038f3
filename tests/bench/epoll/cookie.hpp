#pragma once

#include <string_view>

/// The value of the cookie `name` in a request's head, or an empty text. Takes a head for granted that writes `Cookie:`
/// so, and a name that ends no other cookie's name.
std::string_view cookie_in(std::string_view head, std::string_view name);
