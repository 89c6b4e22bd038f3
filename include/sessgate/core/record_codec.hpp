#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sessgate/core/result.hpp"
#include "sessgate/core/session_record.hpp"

namespace sessgate::core {

/// A key for the tags of records. Without keys a tag finds damage; with one it also finds forgery.
using RecordKey = std::array<std::uint8_t, 32>;

/// Where a record stands in a store; part of what its tag covers, so that a record moved elsewhere is refused.
std::string session_store_key(std::string_view prefix, const SessionId& id);
std::string user_store_key(std::string_view prefix, const UserId& id);

/// Writes and reads `sg1.` + tag + `.` + JSON, at most 8 KiB (docs/stored-records.md). Immutable after construction;
/// any thread. What it encodes it decodes, as long as attributes keep to their limit and are JSON objects no more than
/// 32 deep: checking those is the part of whoever takes them in.
class RecordCodec {
public:
    /// `keys`: newest first; the newest writes, all read. None: the tag is a plain SHA-256.
    explicit RecordCodec(std::vector<RecordKey> keys = {}, std::string prefix = "sessgate:")
        : keys_(std::move(keys)), prefix_(std::move(prefix)) {}

    std::string encode(const SessionRecord& session) const;
    std::string encode(const UserRecord& user) const;

    /// Errc::store_protocol when `text` is not, to the last byte, a record of that id: it decides nothing.
    /// Allocates nothing but the record's own strings.
    Result<SessionRecord> decode_session(const SessionId& id, std::string_view text) const;
    Result<UserRecord> decode_user(const UserId& id, std::string_view text) const;

private:
    std::vector<RecordKey> keys_;
    std::string prefix_;
};

}  // namespace sessgate::core
