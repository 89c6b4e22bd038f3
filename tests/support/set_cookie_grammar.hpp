#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sessgate::tests {

/// What is wrong with `line`, the value of one Set-Cookie field; nullopt when nothing is. As strict as RFC
/// 6265bis 4.1.1 and 4.1.3 are towards servers, and stricter: attributes only of the seven known kinds, in their usual
/// spelling, and nothing that a browser would drop or cut. Shares no code with the writer. The same rules in Python:
/// set_cookie_grammar.py.
std::optional<std::string> set_cookie_mistake(std::string_view line);

}  // namespace sessgate::tests
