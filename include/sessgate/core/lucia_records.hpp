#pragma once

#include <array>
#include <string_view>

#include "sessgate/core/lucia_ids.hpp"
#include "sessgate/core/session_record.hpp"

namespace sessgate::core {

/// Names that Lucia's records give a meaning of their own: no attribute may have one of them.
constexpr std::array<std::string_view, 6> lucia_member_names{"id",           "user_id",    "active_expires",
                                                             "idle_expires", "expires_at", "sessgate_migrated_at"};

/// Sessions as Lucia stores them: one JSON object, attributes at its top (docs/lucia.md).
///
/// Their records say less than ours. Periods are those of the settings; there is no absolute end; a session counts as
/// created when its present periods began. `previous` stands for a session that has moved to one of ours.
/// `unknown_fields` is the user id as it was written where that is no string. Immutable; any thread.
class LuciaRecords {
public:
    LuciaRecords(LuciaIds ids, Milliseconds active_period, Milliseconds idle_period)
        : ids_(std::move(ids)), active_period_(active_period), idle_period_(idle_period) {}

    const LuciaIds& ids() const noexcept { return ids_; }

    /// `session.id` is one of Lucia's.
    std::string encode(const SessionRecord& session) const;

    /// Errc::store_protocol when `text` is not, to the last byte, a record of that session.
    Result<SessionRecord> decode(const SessionId& id, std::string_view text) const;

    /// `session` as `decode` gives it back: without what the records have no place for.
    SessionRecord as_kept(SessionRecord session) const;

private:
    LuciaIds ids_;
    Milliseconds active_period_;
    Milliseconds idle_period_;
};

}  // namespace sessgate::core
