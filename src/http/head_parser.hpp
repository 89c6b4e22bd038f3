#pragma once

#include <string_view>

#include "http/refusal.hpp"
#include "http/request.hpp"

namespace sessgate::http {

/// Reads a head that `HeadCheck` accepted, from its request line to its blank line, and fills all
/// of `request` but the body. `scope_header`: the name of the field that is kept as its scope, in lower case. Returns
/// the refusal when a field that decides is there twice (status 400), and one without a status otherwise.
Refusal parse_head(std::string_view head, std::string_view scope_header, Request& request);

}  // namespace sessgate::http
