#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sessgate/app/config.hpp"

namespace sessgate::app {

// How each kind of setting is written. Nullopt always means: not one of those.

/// `1024`, `16KiB`, `64MiB`, `4GiB`: bytes.
std::optional<std::size_t> parse_size(std::string_view text) noexcept;

/// `bytes` in the largest unit that divides it.
std::string size_text(std::size_t bytes);

std::optional<std::size_t> parse_count(std::string_view text) noexcept;

/// `host:port`, `[v6]:port` or `unix:PATH`.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// An address, or `address/length` with no bits set after the length.
std::optional<core::Network> parse_network(std::string_view text);

/// The parts of `text` between commas, without spaces around them; none for an empty text.
std::vector<std::string_view> split_list(std::string_view text);

/// A number as whole text, without sign.
std::optional<std::uint64_t> parse_digits(std::string_view text) noexcept;

}  // namespace sessgate::app
