#include "sessgate/core/lucia_ids.hpp"

#include <algorithm>
#include <cassert>

#include "sessgate/core/encoding.hpp"

namespace sessgate::core {
namespace {

constexpr std::size_t id_characters = 40;
constexpr std::size_t recipe_characters = sizeof(Secret::bytes);
constexpr std::size_t vector_bytes = 10;
static_assert((vector_bytes + lucia_id_bytes) * 8 == SessionId::lucia_length * 5);

bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// What Lucia 2 calls a session, as the bytes whose base64url it is; nullopt when it is none.
std::optional<Secret> secret_of_id(std::string_view text) {
    Secret secret;
    if (text.size() != id_characters || !std::ranges::all_of(text, is_letter_or_digit)) return std::nullopt;
    decode_base64url(text, std::span(secret.bytes).first(lucia_id_bytes));
    return secret;
}

void mask(std::span<std::uint8_t> bytes, const Digest& key, Bytes vector) {
    const Digest pad = hmac_sha256(key, {as_bytes("mask"), vector});
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] ^= pad[i];
}

Digest vector_for(const Digest& key, Bytes secret) {
    return hmac_sha256(key, {as_bytes("vector"), secret});
}

SessionId id_of_hash(const Digest& hash) {
    std::string text;
    append_hex(text, hash);
    return *SessionId::parse(text);
}

}  // namespace

LuciaIds::LuciaIds(Layout layout, const std::vector<RecordKey>& keys) : layout_(layout) {
    assert((layout != Layout::lucia_2 || !keys.empty()) && "settings are checked before anything starts");
    for (const RecordKey& key : keys) keys_.push_back(hmac_sha256(key, {as_bytes("sessgate ids of Lucia sessions")}));
}

bool LuciaIds::may_be_token(std::string_view text) noexcept {
    return (text.size() == id_characters && std::ranges::all_of(text, is_letter_or_digit)) ||
           (text.size() == recipe_characters && std::ranges::all_of(text, is_base32));
}

std::optional<Token> LuciaIds::read_token(std::string_view text) const {
    if (layout_ == Layout::lucia_2) {
        const auto secret = secret_of_id(text);
        if (!secret) return std::nullopt;
        return Token{encipher(Bytes(secret->bytes).first(lucia_id_bytes)), *secret, TokenForm::lucia_2};
    }
    Secret secret;
    if (text.size() != recipe_characters || !std::ranges::all_of(text, is_base32)) return std::nullopt;
    std::ranges::copy(as_bytes(text), secret.bytes.begin());
    return Token{id_of_hash(core::hash_of(secret)), secret, TokenForm::lucia_recipe};
}

Token LuciaIds::make_token(Bytes random) const {
    std::string text;
    append_base32(text, random, layout_ == Layout::lucia_2 ? id_characters : recipe_characters);
    return *read_token(text);
}

std::optional<SessionId> LuciaIds::shown(std::string_view text) const {
    if (layout_ == Layout::lucia_2) {
        const auto secret = secret_of_id(text);
        return secret ? std::optional(encipher(Bytes(secret->bytes).first(lucia_id_bytes))) : std::nullopt;
    }
    Digest hash;
    return decode_hex(text, hash) ? SessionId::parse(text) : std::nullopt;
}

std::optional<std::string> LuciaIds::stored(const SessionId& id) const {
    if (!id.is_lucia()) return std::nullopt;
    if (layout_ == Layout::lucia_recipe) return std::string(id.view());
    const auto secret = decipher(id);
    if (!secret) return std::nullopt;
    std::string text;
    append_base64url(text, Bytes(secret->bytes).first(lucia_id_bytes));
    return text;
}

std::optional<SecretHash> LuciaIds::hash_of(const SessionId& id) const {
    if (layout_ == Layout::lucia_2) {
        const auto secret = decipher(id);
        return secret ? std::optional(core::hash_of(*secret)) : std::nullopt;
    }
    Digest hash;
    return decode_hex(id.view(), hash) ? std::optional(hash) : std::nullopt;
}

std::optional<Secret> LuciaIds::secret_of(const SessionId& id) const {
    return layout_ == Layout::lucia_2 ? decipher(id) : std::nullopt;
}

SessionId LuciaIds::encipher(Bytes secret) const {
    const Digest& key = keys_.front();
    const Digest vector = vector_for(key, secret);
    std::array<std::uint8_t, vector_bytes + lucia_id_bytes> bytes{};
    std::ranges::copy(Bytes(vector).first(vector_bytes), bytes.begin());
    std::ranges::copy(secret, bytes.begin() + vector_bytes);
    mask(std::span(bytes).subspan(vector_bytes), key, Bytes(bytes).first(vector_bytes));
    std::string text;
    append_base32(text, bytes, SessionId::lucia_length);
    return *SessionId::parse(text);
}

std::optional<Secret> LuciaIds::decipher(const SessionId& id) const {
    std::array<std::uint8_t, vector_bytes + lucia_id_bytes> bytes{};
    if (!decode_base32(id.view(), bytes)) return std::nullopt;
    const Bytes vector = Bytes(bytes).first(vector_bytes);
    for (const Digest& key : keys_) {
        Secret secret;
        const std::span place = std::span(secret.bytes).first(lucia_id_bytes);
        std::ranges::copy(Bytes(bytes).subspan(vector_bytes), place.begin());
        mask(place, key, vector);
        const Digest expected = vector_for(key, place);
        if (equal_in_constant_time(Bytes(expected).first(vector_bytes), vector)) return secret;
    }
    return std::nullopt;
}

}  // namespace sessgate::core
