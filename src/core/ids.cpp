#include "sessgate/core/ids.hpp"

#include <algorithm>

#include "sessgate/core/encoding.hpp"

namespace sessgate::core {

std::optional<UserId> UserId::parse(std::string_view text) {
    const auto allowed = [](char c) { return c > ' ' && c <= '~' && c != '{' && c != '}'; };
    if (text.empty() || text.size() > length_max || !std::all_of(text.begin(), text.end(), allowed))
        return std::nullopt;
    return UserId(text);
}

std::optional<SessionId> SessionId::parse(std::string_view text) noexcept {
    if (text.size() != length || !std::all_of(text.begin(), text.end(), is_base32)) return std::nullopt;
    SessionId id;
    std::copy(text.begin(), text.end(), id.text_.begin());
    return id;
}

SessionId SessionId::make(const UserId& user, std::span<const std::uint8_t, random_bytes> random) {
    std::string text = bucket_of(user);
    append_base32(text, random, length - bucket_length);
    SessionId id;
    std::copy(text.begin(), text.end(), id.text_.begin());
    return id;
}

std::string bucket_of(const UserId& user) {
    std::string bucket;
    append_base32(bucket, sha256({as_bytes(user.view())}), SessionId::bucket_length);
    return bucket;
}

}  // namespace sessgate::core
