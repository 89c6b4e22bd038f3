#include "sessgate/core/ids.hpp"

#include <algorithm>
#include <cstring>

#include "sessgate/core/encoding.hpp"

namespace sessgate::core {

std::optional<UserId> UserId::parse(std::string_view text) {
    const auto allowed = [](char c) { return c > ' ' && c <= '~' && c != '{' && c != '}'; };
    if (text.empty() || text.size() > length_max || !std::all_of(text.begin(), text.end(), allowed))
        return std::nullopt;
    return UserId(text);
}

SessionId::SessionId(std::string_view text) noexcept : size_(static_cast<std::uint8_t>(text.size())) {
    std::copy(text.begin(), text.end(), text_.begin());
}

std::optional<SessionId> SessionId::parse(std::string_view text) noexcept {
    // Not the function's name: a call for each character would cost more than all of the look-up.
    const auto is_ours = [](char c) { return is_base32(c); };
    const auto is_of_lucia = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const bool is_own = text.size() == length && std::all_of(text.begin(), text.end(), is_ours);
    if (!is_own && (text.size() != lucia_length || !std::all_of(text.begin(), text.end(), is_of_lucia)))
        return std::nullopt;
    return SessionId(text);
}

/// Of all characters, or of Lucia's ids the first 24. Characters differ in their low bits only, so these are spread by
/// multiplication: a fifth of what the library's hash of a text takes (2026; make bench-counts).
std::size_t SessionId::hash() const noexcept {
    std::array<std::uint64_t, 3> words{};
    std::memcpy(words.data(), text_.data(), sizeof words);
    const std::uint64_t mixed =
        words[0] * 0x9e3779b97f4a7c15 ^ words[1] * 0xc2b2ae3d27d4eb4f ^ words[2] * 0x165667b19e3779f9;
    const std::uint64_t spread = (mixed ^ mixed >> 32) * 0x9e3779b97f4a7c15;
    return spread ^ spread >> 32;
}

SessionId SessionId::make(const UserId& user, std::span<const std::uint8_t, random_bytes> random) {
    std::string text = bucket_of(user);
    append_base32(text, random, length - bucket_length);
    return SessionId(text);
}

std::string bucket_of(const UserId& user) {
    std::string bucket;
    append_base32(bucket, sha256({as_bytes(user.view())}), SessionId::bucket_length);
    return bucket;
}

}  // namespace sessgate::core
