#include "sessgate/core/token.hpp"

#include <algorithm>

#include "sessgate/core/encoding.hpp"

namespace sessgate::core {

std::optional<TokenText> split_token(std::string_view text) noexcept {
    if (text.size() != Token::length || text[SessionId::length] != '.') return std::nullopt;
    return TokenText{text.substr(0, SessionId::length), text.substr(SessionId::length + 1)};
}

std::optional<Token> parse_token(std::string_view text) noexcept {
    const auto halves = split_token(text);
    if (!halves) return std::nullopt;
    const auto id = SessionId::parse(halves->id);
    if (!id) return std::nullopt;
    Token token{*id, {}};
    if (!decode_base64url(halves->secret, token.secret.bytes)) return std::nullopt;
    return token;
}

void append_token(std::string& out, const Token& token) {
    switch (token.form) {
        case TokenForm::sessgate:
            out += token.id.view();
            out += '.';
            return append_base64url(out, token.secret.bytes);
        case TokenForm::lucia_2:
            return append_base64url(out, Bytes(token.secret.bytes).first(lucia_id_bytes));
        case TokenForm::lucia_recipe:
            out.append(token.secret.bytes.begin(), token.secret.bytes.end());
    }
}

SecretText text_of(const Secret& secret) {
    std::string text;
    append_base64url(text, secret.bytes);
    SecretText characters;
    std::copy(text.begin(), text.end(), characters.begin());
    return characters;
}

SecretHash hash_of(const Secret& secret) {
    return sha256({secret.bytes});
}

Secret successor_of(const Secret& current, const SessionId& id, const Salt& salt) {
    return Secret{hmac_sha256(current.bytes, {as_bytes("sessgate successor"), as_bytes(id.view()), salt})};
}

}  // namespace sessgate::core
