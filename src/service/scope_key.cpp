#include "sessgate/service/scope_key.hpp"

#include <algorithm>

#include "sessgate/service/credential.hpp"

namespace sessgate::service {

ScopeKeys ScopeKeyMaker::keys_of(std::string_view scope, std::span<const core::Token> tokens) const {
    constexpr std::size_t token_size = core::SessionId::length + sizeof(core::Secret::bytes);
    // Tokens have one length, so their count says where the scope ends.
    const std::array<std::uint8_t, 1> count{static_cast<std::uint8_t>(tokens.size())};
    std::array<std::uint8_t, tokens_max * token_size> text{};
    auto end = text.begin();
    for (const core::Token& token : tokens) {
        const core::Bytes id = core::as_bytes(token.id.view());
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
