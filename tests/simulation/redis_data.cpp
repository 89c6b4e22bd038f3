#include "tests/simulation/redis_server.hpp"
#include "tests/simulation/resp.hpp"

namespace sessgate::simulation {
namespace {

constexpr std::size_t forgetful_one_in = 20;

bool has(const std::vector<std::string>& command, std::string_view option) {
    return std::find(command.begin() + 3, command.end(), option) != command.end();
}

}  // namespace

/// Empty: it is let through.
std::string RedisServer::refusal(const Command& command) const {
    const std::string& name = command.front();
    const bool reads = name == "GET" || name == "EXISTS" || name == "ECHO" || name == "ZRANGE";
    if (is_read_only_ && !reads) return resp::error("READONLY You can't write against a read only replica.");
    if (is_full_ && (name == "SET" || name == "ZADD")) {
        return resp::error("OOM command not allowed when used memory > 'maxmemory'.");
    }
    return {};
}

/// Keys expire later than any simulation lasts, so what is said about that is left aside.
std::string RedisServer::answer_data(const Command& command) {
    const std::string& name = command.front();
    if (name == "ECHO") return resp::text(command[1]);
    const std::string& key = command[1];
    if (name == "GET") {
        const auto found = strings_.find(key);
        return found == strings_.end() ? resp::nil : resp::text(found->second);
    }
    if (name == "SET") return set(command);
    if (name == "EXISTS") return resp::number(strings_.contains(key) ? 1 : 0);
    if (name == "DEL") {
        std::int64_t count = 0;
        for (std::size_t i = 1; i < command.size(); ++i) {
            if (strings_.erase(command[i]) == 0) continue;
            changed(command[i]);
            ++count;
        }
        return resp::number(count);
    }
    if (name == "ZADD") {
        changed(key);
        return resp::number(members_[key].insert(command[3]).second ? 1 : 0);
    }
    if (name == "ZREM") {
        std::int64_t count = 0;
        for (std::size_t i = 2; i < command.size(); ++i)
            count += static_cast<std::int64_t>(members_[key].erase(command[i]));
        if (count > 0) changed(key);
        return resp::number(count);
    }
    if (name == "ZRANGE") {
        std::string members = resp::list(members_[key].size());
        for (const std::string& member : members_[key]) members += resp::text(member);
        return members;
    }
    if (name == "PEXPIREAT") return resp::number(1);
    if (name == "ZREMRANGEBYSCORE") return resp::number(0);
    return resp::error("ERR unknown command '" + name + "'");
}

std::string RedisServer::set(const Command& command) {
    const std::string& key = command[1];
    const bool is_there = strings_.contains(key);
    if ((has(command, "XX") && !is_there) || (has(command, "NX") && is_there)) return resp::nil;
    if (defects_.forgets_writes && world_.chance().one_in(forgetful_one_in)) return resp::ok;
    strings_[key] = command[2];
    changed(key);
    return resp::ok;
}

}  // namespace sessgate::simulation
