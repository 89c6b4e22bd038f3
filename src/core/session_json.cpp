#include <array>
#include <utility>

#include "core/record_fields.hpp"
#include "core/record_json.hpp"
#include "core/written_session.hpp"

namespace sessgate::core {
namespace {

constexpr std::array<RecordField<PendingSuccessor>, 2> next_fields{{
    {"salt", true, [](JsonReader& in, PendingSuccessor& next) { return read_bytes(in, next.salt); }},
    {"hash", true, [](JsonReader& in, PendingSuccessor& next) { return read_bytes(in, next.hash); }},
}};

constexpr std::array<RecordField<PreviousSecret>, 3> previous_fields{{
    {"hash", true, [](JsonReader& in, PreviousSecret& previous) { return read_bytes(in, previous.hash); }},
    {"salt", false, [](JsonReader& in, PreviousSecret& previous) { return read_bytes(in, previous.salt.emplace()); }},
    {"promoted_at", true,
     [](JsonReader& in, PreviousSecret& previous) { return read_instant(in, previous.promoted_at); }},
}};

/// A session while it is read. The user's copy is two members of the JSON that come together or not at all.
struct Draft {
    SessionRecord session;
    std::optional<std::uint64_t> user_version{};
    std::optional<std::string> user_attributes{};
};

bool read_user(JsonReader& in, Draft& draft) {
    auto user = read_user_id(in);
    if (!user) return false;
    draft.session.user = std::move(*user);
    return true;
}

bool read_next(JsonReader& in, Draft& draft) {
    return read_members(in, next_fields, draft.session.next.emplace(), nullptr);
}

bool read_previous(JsonReader& in, Draft& draft) {
    return read_members(in, previous_fields, draft.session.previous.emplace(), nullptr);
}

// In the order in which they are written.
constexpr std::array<RecordField<Draft>, 15> session_fields{{
    {"v", true, [](JsonReader& in, Draft&) { return read_format(in); }},
    {"id", true, [](JsonReader& in, Draft& draft) { return read_exactly(in, draft.session.id.view()); }},
    {"user", true, read_user},
    {"created", true, [](JsonReader& in, Draft& draft) { return read_instant(in, draft.session.created_at); }},
    {"active_until", true,
     [](JsonReader& in, Draft& draft) { return read_instant(in, draft.session.periods.active_until); }},
    {"idle_until", true,
     [](JsonReader& in, Draft& draft) { return read_instant(in, draft.session.periods.idle_until); }},
    {"absolute_end", false,
     [](JsonReader& in, Draft& draft) { return read_instant(in, draft.session.absolute_end.emplace()); }},
    {"active_period", true,
     [](JsonReader& in, Draft& draft) { return read_milliseconds(in, draft.session.active_period); }},
    {"idle_period", true,
     [](JsonReader& in, Draft& draft) { return read_milliseconds(in, draft.session.idle_period); }},
    {"hash", true, [](JsonReader& in, Draft& draft) { return read_bytes(in, draft.session.hash); }},
    {"next", false, read_next},
    {"previous", false, read_previous},
    {"attributes", true, [](JsonReader& in, Draft& draft) { return read_object(in, draft.session.attributes); }},
    {"user_version", false,
     [](JsonReader& in, Draft& draft) { return read_version(in, draft.user_version.emplace()); }},
    {"user_attributes", false,
     [](JsonReader& in, Draft& draft) { return read_object(in, draft.user_attributes.emplace()); }},
}};

bool is_possible(const Draft& draft) noexcept {
    return draft.session.periods.active_until <= draft.session.periods.idle_until &&
           draft.user_version.has_value() == draft.user_attributes.has_value();
}

Draft empty_draft(const SessionId& id) {
    static const UserId nobody = *UserId::parse("-");  // a session without `user` is never finished
    return {.session = {.id = id, .user = nobody, .created_at = {}, .periods = {}, .absolute_end = {}}};
}

void write_rotation(RecordWriter& record, std::string& out, const SessionRecord& session) {
    if (session.next) {
        record.raw("next", {});
        RecordWriter next(out);
        next.bytes("salt", session.next->salt);
        next.bytes("hash", session.next->hash);
        next.end();
    }
    if (session.previous) {
        record.raw("previous", {});
        RecordWriter previous(out);
        previous.bytes("hash", session.previous->hash);
        if (session.previous->salt) previous.bytes("salt", *session.previous->salt);
        previous.instant("promoted_at", session.previous->promoted_at);
        previous.end();
    }
}

}  // namespace

void append_session_json(std::string& out, const SessionRecord& session) {
    RecordWriter record(out);
    record.integer("v", record_format);
    record.string("id", session.id.view());
    record.string("user", session.user.view());
    record.instant("created", session.created_at);
    record.instant("active_until", session.periods.active_until);
    record.instant("idle_until", session.periods.idle_until);
    if (session.absolute_end) record.instant("absolute_end", *session.absolute_end);
    record.milliseconds("active_period", session.active_period);
    record.milliseconds("idle_period", session.idle_period);
    record.bytes("hash", session.hash);
    write_rotation(record, out, session);
    record.raw("attributes", session.attributes);
    if (session.user_copy) {
        record.version("user_version", session.user_copy->version);
        record.raw("user_attributes", session.user_copy->attributes);
    }
    record.end(session.unknown_fields);
}

std::optional<SessionRecord> read_session_json(const SessionId& id, std::string_view json) {
    if (auto session = read_written_session(id, json)) return session;
    JsonReader in(json);
    Draft draft = empty_draft(id);
    if (!read_members(in, session_fields, draft, &draft.session.unknown_fields)) return std::nullopt;
    if (!in.at_end() || !is_possible(draft)) return std::nullopt;
    if (draft.user_version) {
        draft.session.user_copy.emplace(UserCopy{*draft.user_version, std::move(*draft.user_attributes)});
    }
    return std::move(draft.session);
}

}  // namespace sessgate::core
