#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sessgate/core/record_keys.hpp"
#include "sessgate/core/result.hpp"
#include "sessgate/core/session_record.hpp"

namespace sessgate::core {

/// Where a record stands in a store; part of what its tag covers, so that a record moved elsewhere is refused.
std::string session_store_key(std::string_view prefix, const SessionId& id);
std::string user_store_key(std::string_view prefix, const UserId& id);

/// Writes and reads `sg1.` + tag + `.` + JSON, at most 8 KiB (docs/stored-records.md). Copies share their keys. Any
/// thread. What it encodes it decodes, as long as attributes keep to their limit and are JSON objects no more than
/// 32 deep: checking those is the part of whoever takes them in.
class RecordCodec {
public:
    /// No key at all: the tag is a plain SHA-256.
    explicit RecordCodec(std::shared_ptr<const RecordKeys> keys, std::string prefix = "sessgate:")
        : keys_(std::move(keys)), prefix_(std::move(prefix)) {}

    /// With keys that stay as they are.
    explicit RecordCodec(std::vector<RecordKey> keys = {}, std::string prefix = "sessgate:")
        : RecordCodec(std::make_shared<const RecordKeys>(std::move(keys)), std::move(prefix)) {}

    std::string encode(const SessionRecord& session) const;
    std::string encode(const UserRecord& user) const;

    /// Errc::store_protocol when `text` is not, to the last byte, a record of that id: it decides nothing.
    /// Allocates nothing but the record's own strings.
    Result<SessionRecord> decode_session(const SessionId& id, std::string_view text) const;
    Result<UserRecord> decode_user(const UserId& id, std::string_view text) const;

private:
    std::shared_ptr<const RecordKeys> keys_;
    std::string prefix_;
};

}  // namespace sessgate::core
