#pragma once

#include <string_view>

namespace sessgate::core {

// A scope is one browser request as the calling application names it; what is found out for it is remembered under
// that name for a few seconds.

/// True for 16 to 128 visible ASCII characters: shorter names would meet by chance.
bool is_scope(std::string_view text) noexcept;

/// True for a scope that nobody guesses, as proxies make them: 32 hex digits, plain or with the dashes of a UUID, at
/// least 8 different ones. Not for a UUID of version 1, 2 or 6, which says when and where it was made (RFC 9562, 5).
bool is_random_scope(std::string_view text) noexcept;

}  // namespace sessgate::core
