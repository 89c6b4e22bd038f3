#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sessgate/core/digest.hpp"
#include "sessgate/core/ids.hpp"

namespace sessgate::core {

/// The unguessable half of a token. Has no way to be printed; `append_token` alone turns it into text.
struct Secret {
    static constexpr std::size_t length = 43;  // characters of base64url
    std::array<std::uint8_t, 32> bytes{};
    bool operator==(const Secret& other) const noexcept { return equal_in_constant_time(bytes, other.bytes); }
};

/// A secret as it stands in a token. Has no way to be printed either.
using SecretText = std::array<char, Secret::length>;

/// SHA-256 of a secret: all that a store ever keeps of it.
using SecretHash = Digest;

/// Random bytes, public within a record, that make each successor of a secret another one.
using Salt = std::array<std::uint8_t, 16>;

/// What a session id of Lucia 2 has of a secret; the rest of it is zero.
constexpr std::size_t lucia_id_bytes = 30;

/// How a token is spelled.
enum class TokenForm : std::uint8_t {
    sessgate,      ///< `<session id>.<secret>`
    lucia_2,       ///< 40 letters and digits: 30 bytes of the secret, each character six bits of base64url
    lucia_recipe,  ///< 32 characters `a-z2-7`: the secret as it is
};

/// What the client holds: `<session id>.<secret>`, exactly 64 characters; or what Lucia gave it.
struct Token {
    static constexpr std::size_t length = SessionId::length + 1 + Secret::length;
    SessionId id;
    Secret secret;
    TokenForm form = TokenForm::sessgate;
    bool operator==(const Token&) const = default;
};

/// Nullopt for anything but the one spelling of a token of ours; those of Lucia are for TokenForms to read.
std::optional<Token> parse_token(std::string_view text) noexcept;

/// The only place where a token becomes text: for the client that may have it.
void append_token(std::string& out, const Token& token);

/// The two halves of a token's text, for comparing it with one that is known; nullopt when it cannot be a token. The
/// halves may still be none: each of a token's parts has one spelling, so what equals a known one's is good.
struct TokenText {
    std::string_view id;      ///< `SessionId::length` characters
    std::string_view secret;  ///< `Secret::length` characters
};
std::optional<TokenText> split_token(std::string_view text) noexcept;

SecretText text_of(const Secret& secret);

SecretHash hash_of(const Secret& secret);

/// The secret that a rotation with `salt` hands to whoever holds `current`: the same one for every caller.
Secret successor_of(const Secret& current, const SessionId& id, const Salt& salt);

}  // namespace sessgate::core
