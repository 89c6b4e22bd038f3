#include "sessgate/core/lucia_records.hpp"

#include <algorithm>

#include "core/record_fields.hpp"

namespace sessgate::core {
namespace {

constexpr std::string_view migrated_at = "sessgate_migrated_at";

/// A record while it is read. `expires_at` stands for both periods.
struct Draft {
    std::string id{};
    std::optional<UserId> user{};
    std::string user_as_written{};
    WallTime active_until{};
    WallTime idle_until{};
    std::optional<WallTime> migrated_at{};
};

bool read_id(JsonReader& in, Draft& draft) {
    const auto id = in.plain_string();
    if (id) draft.id = *id;
    return id.has_value();
}

/// A string; or a whole number, as in the documentation's recipe.
bool read_user(JsonReader& in, Draft& draft) {
    const auto raw = in.raw_value();
    if (!raw) return false;
    JsonReader value(*raw);
    if (raw->front() == '"') {
        draft.user = read_user_id(value);
    } else if (value.integer()) {
        draft.user = UserId::parse(*raw);
        draft.user_as_written = *raw;
    }
    return draft.user.has_value();
}

bool read_migrated_at(JsonReader& in, Draft& draft) {
    return read_instant(in, draft.migrated_at.emplace());
}

/// Good while `now < expires_at`, to the second: one millisecond less than where our own periods end.
bool read_expires_at(JsonReader& in, Draft& draft) {
    const auto seconds = in.integer();
    if (!seconds || *seconds < 1 || *seconds > instant_max_ms / 1000) return false;
    draft.idle_until = from_ms(*seconds * 1000 - 1);
    return true;
}

constexpr std::array<RecordField<Draft>, 5> lucia_2_fields{{
    {"id", true, read_id},
    {"user_id", true, read_user},
    {"active_expires", true, [](JsonReader& in, Draft& draft) { return read_instant(in, draft.active_until); }},
    {"idle_expires", true, [](JsonReader& in, Draft& draft) { return read_instant(in, draft.idle_until); }},
    {migrated_at, false, read_migrated_at},
}};

constexpr std::array<RecordField<Draft>, 4> recipe_fields{{
    {"id", true, read_id},
    {"user_id", true, read_user},
    {"expires_at", true, read_expires_at},
    {migrated_at, false, read_migrated_at},
}};

/// Members without the braces around them.
std::string_view members_of(std::string_view object) {
    return object.substr(1, object.size() - 2);
}

/// Whether JavaScript would write the id as a number that is read back the same.
bool is_number(std::string_view id) {
    constexpr std::size_t digits_max = 15;  // all of these are exact in a double
    return id.size() <= digits_max && (id.front() != '0' || id == "0") &&
           std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

std::string user_json(const SessionRecord& session, Layout layout) {
    if (!session.unknown_fields.empty()) return session.unknown_fields;
    const std::string_view id = session.user.view();
    if (layout == Layout::lucia_recipe && is_number(id)) return std::string(id);
    std::string text;
    append_json_string(text, id);
    return text;
}

std::int64_t seconds_of(WallTime idle_until) {
    return (to_ms(idle_until) + 1) / 1000;
}

/// Periods as the records hold them: in the recipe, to the second.
SessionPeriods kept_periods(SessionPeriods periods, Layout layout, Milliseconds idle_period) {
    if (layout == Layout::lucia_recipe) {
        periods.idle_until = from_ms(seconds_of(periods.idle_until) * 1000 - 1);
        periods.active_until = periods.idle_until - idle_period;
    }
    periods.active_until = std::min(periods.active_until, periods.idle_until);
    return periods;
}

}  // namespace

std::string LuciaRecords::encode(const SessionRecord& session) const {
    const bool is_recipe = ids_.layout() == Layout::lucia_recipe;
    std::string text;
    RecordWriter record(text);
    record.string("id", ids_.stored(session.id).value());
    record.raw("user_id", user_json(session, ids_.layout()));
    if (is_recipe) {
        record.integer("expires_at", seconds_of(session.periods.idle_until));
    } else {
        record.instant("active_expires", session.periods.active_until);
        record.instant("idle_expires", session.periods.idle_until);
    }
    if (session.previous) record.instant(migrated_at, session.previous->promoted_at);
    const std::string_view attributes = members_of(session.attributes);
    record.end(attributes.empty() ? std::string() : "," + std::string(attributes));
    return text;
}

Result<SessionRecord> LuciaRecords::decode(const SessionId& id, std::string_view text) const {
    const auto stored = ids_.stored(id);
    const auto hash = ids_.hash_of(id);
    if (!stored || !hash) return Errc::store_protocol;
    JsonReader in(text);
    Draft draft;
    std::string others;
    const bool is_read = ids_.layout() == Layout::lucia_recipe ? read_members(in, recipe_fields, draft, &others)
                                                               : read_members(in, lucia_2_fields, draft, &others);
    if (!is_read || !in.at_end() || draft.id != *stored) return Errc::store_protocol;

    SessionRecord session{.id = id,
                          .user = std::move(*draft.user),
                          .hash = *hash,
                          .created_at = {},
                          .periods = {draft.active_until, draft.idle_until},
                          .absolute_end = {}};
    session.attributes = "{" + (others.empty() ? others : others.substr(1)) + "}";
    session.unknown_fields = std::move(draft.user_as_written);
    if (draft.migrated_at) session.previous = PreviousSecret{{}, std::nullopt, *draft.migrated_at};
    return as_kept(std::move(session));
}

SessionRecord LuciaRecords::as_kept(SessionRecord session) const {
    session.active_period = active_period_;
    session.idle_period = idle_period_;
    session.periods = kept_periods(session.periods, ids_.layout(), idle_period_);
    session.created_at = session.periods.active_until - active_period_;
    session.absolute_end.reset();
    session.next.reset();
    session.user_copy.reset();
    return session;
}

}  // namespace sessgate::core
