#include "sessgate/service/scope_key.hpp"

#include <algorithm>

#include "sessgate/service/credential.hpp"

namespace sessgate::service {

ScopeKeys ScopeKeyMaker::keys_of(std::string_view scope, std::span<const core::Token> tokens) const {
    constexpr std::size_t token_size_max = 1 + core::SessionId::lucia_length + sizeof(core::Secret::bytes);
    // Each id comes with its length, and how many there are, so it is clear where the scope begins.
    const std::array<std::uint8_t, 1> count{static_cast<std::uint8_t>(tokens.size())};
    std::array<std::uint8_t, tokens_max * token_size_max> text{};
    auto end = text.begin();
    for (const core::Token& token : tokens) {
        const core::Bytes id = core::as_bytes(token.id.view());
        *end++ = static_cast<std::uint8_t>(id.size());
        end = std::copy(id.begin(), id.end(), end);
        end = std::copy(token.secret.bytes.begin(), token.secret.bytes.end(), end);
    }
    const auto size = static_cast<std::size_t>(end - text.begin());
    const core::Digest digest =
        core::hmac_sha256(secret_, {count, core::Bytes(text).first(size), core::as_bytes(scope)});

    ScopeKeys keys{};
    std::copy_n(digest.begin(), keys.verdict.size(), keys.verdict.begin());
    std::copy_n(digest.begin() + keys.verdict.size(), keys.override.size(), keys.override.begin());
    return keys;
}

}  // namespace sessgate::service
