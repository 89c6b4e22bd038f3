#pragma once

#include <string_view>

namespace sessgate::http {

/// The parts of a request target, as views into it.
struct TargetParts {
    std::string_view path;   ///< begins with `/`; `*` for the asterisk form; empty for the authority form
    std::string_view query;  ///< what follows the first `?`
};

/// True when `target`, at least one character and all of them `character::target`, has the form that `method` calls
/// for: origin or absolute form, the authority form for CONNECT and for nothing else, `*` for OPTIONS and for nothing
/// else (RFC 9112, 3.2).
bool is_target_for(std::string_view method, std::string_view target) noexcept;

/// Takes a target that `is_target_for` accepted apart.
TargetParts split_target(std::string_view target) noexcept;

}  // namespace sessgate::http
