#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sessgate/core/ids.hpp"

namespace sessgate::adapters::redis {

// What stands behind the prefix of all keys.
constexpr std::string_view session_mark = "s:";
constexpr std::string_view user_mark = "u:";
constexpr std::string_view index_mark = "i:";
constexpr std::string_view pairing_mark = "n:";  ///< lives for a second; tells which server a connection leads to

/// The names of all keys. One user's keys have one bucket, and with it one slot of a cluster.
class Keys {
public:
    explicit Keys(std::string prefix) : prefix_(std::move(prefix)) {}

    const std::string& prefix() const noexcept { return prefix_; }

    std::string session(const core::SessionId& id) const { return key(session_mark, id.bucket(), id.view()); }

    /// Puts it in the place of what `out` holds, and allocates nothing where that has room.
    void put_session(std::string& out, const core::SessionId& id) const {
        put(out, session_mark, id.bucket(), id.view());
    }
    std::string user(const core::UserId& id) const { return key(user_mark, core::bucket_of(id), id.view()); }
    std::string index(const core::UserId& id) const { return key(index_mark, core::bucket_of(id), id.view()); }
    std::string pairing(std::string_view bucket, std::string_view number) const {
        return key(pairing_mark, bucket, number);
    }

private:
    std::string key(std::string_view mark, std::string_view bucket, std::string_view id) const {
        std::string text;
        text.reserve(prefix_.size() + mark.size() + bucket.size() + id.size() + 3);
        put(text, mark, bucket, id);
        return text;
    }

    void put(std::string& out, std::string_view mark, std::string_view bucket, std::string_view id) const {
        out.assign(prefix_).append(mark).append("{").append(bucket).append("}:").append(id);
    }

    std::string prefix_;
};

/// The session that `key` is of; nullopt when it is none. `prefix`: with the mark of sessions. The bucket stands in the
/// key twice, and both must say the same: a damaged key must not pass for that of another bucket.
inline std::optional<core::SessionId> session_id_in(std::string_view key, std::string_view prefix) {
    constexpr std::size_t frame = 3;  // "{" and "}:"
    const std::size_t id_offset = prefix.size() + frame + core::SessionId::bucket_length;
    if (key.size() != id_offset + core::SessionId::length) return std::nullopt;
    const auto id = core::SessionId::parse(key.substr(id_offset));
    if (!id || key.substr(prefix.size() + 1, core::SessionId::bucket_length) != id->bucket()) return std::nullopt;
    return id;
}

}  // namespace sessgate::adapters::redis
