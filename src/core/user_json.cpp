#include <array>

#include "core/record_fields.hpp"
#include "core/record_json.hpp"

namespace sessgate::core {
namespace {

// In the order in which they are written.
constexpr std::array<RecordField<UserRecord>, 4> user_fields{{
    {"v", true, [](JsonReader& in, UserRecord&) { return read_format(in); }},
    {"id", true, [](JsonReader& in, UserRecord& user) { return read_user_id(in) == user.id; }},
    {"version", true, [](JsonReader& in, UserRecord& user) { return read_version(in, user.version); }},
    {"attributes", true, [](JsonReader& in, UserRecord& user) { return read_object(in, user.attributes); }},
}};

}  // namespace

void append_user_json(std::string& out, const UserRecord& user) {
    RecordWriter record(out);
    record.integer("v", record_format);
    record.string("id", user.id.view());
    record.version("version", user.version);
    record.raw("attributes", user.attributes);
    record.end(user.unknown_fields);
}

std::optional<UserRecord> read_user_json(const UserId& id, std::string_view json) {
    JsonReader in(json);
    UserRecord user{.id = id};
    if (!read_members(in, user_fields, user, &user.unknown_fields) || !in.at_end()) return std::nullopt;
    return user;
}

}  // namespace sessgate::core
