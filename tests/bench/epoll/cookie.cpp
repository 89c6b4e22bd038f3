#include "cookie.hpp"

#include <cstring>

namespace {

/// What follows `needle` in `text`, or an empty text.
std::string_view behind(std::string_view text, std::string_view needle) {
    const void* found = ::memmem(text.data(), text.size(), needle.data(), needle.size());
    if (found == nullptr) return {};
    return text.substr(static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + needle.size());
}

}  // namespace

std::string_view cookie_in(std::string_view head, std::string_view name) {
    std::string_view line = behind(head, "\r\nCookie: ");
    line = line.substr(0, line.find('\r'));
    std::string_view value = behind(line, name);
    if (!value.starts_with('=')) return {};
    value.remove_prefix(1);
    return value.substr(0, value.find(';'));
}
