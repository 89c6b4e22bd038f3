#include "adapters/redis/login.hpp"

namespace sessgate::adapters::redis {
namespace {

constexpr const char* no_sense = "the server's answers are not those of Redis 6.2 or later";

/// The value beside `name` in the flat list that RESP2 makes of a map; nullptr when there is none.
const Reply* value_of(const Reply& map, std::string_view name) {
    for (std::size_t i = 0; i + 1 < map.elements.size(); i += 2) {
        if (map.elements[i].is_string(name)) return &map.elements[i + 1];
    }
    return nullptr;
}

}  // namespace

Request greeting(const Login& login) {
    Request request;
    if (!login.password.empty() && login.user.empty()) request.add({"AUTH", login.password});
    if (!login.password.empty() && !login.user.empty()) request.add({"AUTH", login.user, login.password});
    request.add({"HELLO", "2"});
    if (login.database != 0) request.add({"SELECT", std::to_string(login.database)});
    return request;
}

std::optional<Server> read_hello(const Reply& reply) {
    if (!reply.is(Reply::Type::array)) return std::nullopt;
    const Reply* id = value_of(reply, "id");
    const Reply* role = value_of(reply, "role");
    if (id == nullptr || !id->is(Reply::Type::integer)) return std::nullopt;
    // Sentinels have no role.
    return Server{id->integer, role != nullptr && role->is_string("master")};
}

boost::system::result<Server, std::string> read_greeting(const Login& login, std::span<const Reply> replies) {
    for (const Reply& reply : replies) {
        if (reply.is(Reply::Type::error)) return reply.text;
    }
    const std::size_t hello = login.password.empty() ? 0 : 1;
    const auto server = hello < replies.size() ? read_hello(replies[hello]) : std::nullopt;
    if (!server) return std::string(no_sense);
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (i != hello && !replies[i].is_status("OK")) return std::string(no_sense);
    }
    return *server;
}

}  // namespace sessgate::adapters::redis
