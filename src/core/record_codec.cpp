#include "sessgate/core/record_codec.hpp"

#include <algorithm>

#include "core/record_json.hpp"
#include "sessgate/core/encoding.hpp"

namespace sessgate::core {
namespace {

constexpr std::size_t tag_size = 16;
constexpr std::string_view format_prefix = "sg1.";
constexpr std::size_t json_offset = format_prefix.size() + base64url_length(tag_size) + 1;

/// A store key in its parts, since reading a record must not pay for a string that it only hashes.
struct StoreKey {
    std::string_view prefix;
    std::string_view kind;  ///< `s:{` or `u:{`
    std::string_view bucket;
    std::string_view id;
};

constexpr std::string_view bucket_end = "}:";

StoreKey place_of(std::string_view prefix, const SessionId& id) noexcept {
    return {prefix, "s:{", id.bucket(), id.view()};
}

StoreKey place_of(std::string_view prefix, const UserId& id, const std::string& bucket) noexcept {
    return {prefix, "u:{", bucket, id.view()};
}

std::string to_text(const StoreKey& key) {
    std::string text;
    text.reserve(key.prefix.size() + key.kind.size() + key.bucket.size() + bucket_end.size() + key.id.size());
    return text.append(key.prefix).append(key.kind).append(key.bucket).append(bucket_end).append(key.id);
}

/// Over store key and JSON with a NUL between them: no store key holds one, so no other pair has the same bytes.
Digest digest_of(const StoreKey& key, std::string_view json, const RecordKey* secret) {
    const std::initializer_list<Bytes> parts = {as_bytes(key.prefix), as_bytes(key.kind), as_bytes(key.bucket),
                                                as_bytes(bucket_end), as_bytes(key.id),   as_bytes({"\0", 1}),
                                                as_bytes(json)};
    return secret == nullptr ? sha256(parts) : hmac_sha256(*secret, parts);
}

std::string sealed(const StoreKey& key, std::string_view json, const std::vector<RecordKey>& secrets) {
    const Digest digest = digest_of(key, json, secrets.empty() ? nullptr : &secrets.front());
    std::string text;
    text.reserve(json_offset + json.size());
    text += format_prefix;
    append_base64url(text, Bytes(digest).first(tag_size));
    return text.append(".").append(json);
}

bool has_tag(const StoreKey& key, std::string_view json, Bytes tag, const std::vector<RecordKey>& secrets) {
    const auto matches = [&](const RecordKey* secret) {
        const Digest digest = digest_of(key, json, secret);
        return equal_in_constant_time(Bytes(digest).first(tag_size), tag);
    };
    if (secrets.empty()) return matches(nullptr);
    return std::any_of(secrets.begin(), secrets.end(), [&](const RecordKey& secret) { return matches(&secret); });
}

/// The JSON of `text`; nullopt unless a holder of one of `secrets` sealed exactly these bytes for exactly this place.
std::optional<std::string_view> opened(const StoreKey& key, std::string_view text,
                                       const std::vector<RecordKey>& secrets) {
    if (text.size() > record_size_max || text.size() <= json_offset) return std::nullopt;
    if (!text.starts_with(format_prefix) || text[json_offset - 1] != '.') return std::nullopt;

    std::array<std::uint8_t, tag_size> tag{};
    const auto tag_text = text.substr(format_prefix.size(), base64url_length(tag_size));
    const auto json = text.substr(json_offset);
    if (!decode_base64url(tag_text, tag) || !has_tag(key, json, tag, secrets)) return std::nullopt;
    return json;
}

}  // namespace

std::string session_store_key(std::string_view prefix, const SessionId& id) {
    return to_text(place_of(prefix, id));
}

std::string user_store_key(std::string_view prefix, const UserId& id) {
    return to_text(place_of(prefix, id, bucket_of(id)));
}

std::string RecordCodec::encode(const SessionRecord& session) const {
    std::string json;
    append_session_json(json, session);
    return sealed(place_of(prefix_, session.id), json, keys_->current());
}

std::string RecordCodec::encode(const UserRecord& user) const {
    std::string json;
    append_user_json(json, user);
    const std::string bucket = bucket_of(user.id);
    return sealed(place_of(prefix_, user.id, bucket), json, keys_->current());
}

Result<SessionRecord> RecordCodec::decode_session(const SessionId& id, std::string_view text) const {
    const auto json = opened(place_of(prefix_, id), text, keys_->current());
    if (!json) return Errc::store_protocol;
    auto session = read_session_json(id, *json);
    if (!session) return Errc::store_protocol;
    return std::move(*session);
}

Result<UserRecord> RecordCodec::decode_user(const UserId& id, std::string_view text) const {
    const std::string bucket = bucket_of(id);
    const auto json = opened(place_of(prefix_, id, bucket), text, keys_->current());
    if (!json) return Errc::store_protocol;
    auto user = read_user_json(id, *json);
    if (!user) return Errc::store_protocol;
    return std::move(*user);
}

}  // namespace sessgate::core
