#pragma once

#include <optional>
#include <string_view>

namespace sessgate::core {

/// The four digits after `\u`, of either case; nullopt when there are not four.
std::optional<unsigned> code_unit(std::string_view text) noexcept;

/// Bytes of the UTF-8 character that `text` begins with, by RFC 3629: no overlong form, no surrogate, nothing past
/// U+10FFFF. 0 when it begins with none.
std::size_t utf8_character_length(std::string_view text) noexcept;

/// True when a double can hold `number`, which has the grammar of RFC 8259, 6, without becoming infinite.
bool is_finite(std::string_view number) noexcept;

}  // namespace sessgate::core
