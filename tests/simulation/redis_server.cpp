#include "tests/simulation/redis_server.hpp"

#include "tests/simulation/resp.hpp"

namespace sessgate::simulation {

void RedisServer::on_open(Wire& wire) {
    clients_[wire.number()].wire = &wire;
}

void RedisServer::on_closed(Wire& wire) {
    clients_.erase(wire.number());
}

/// All commands that came are done before anybody is told anything; then messages about changes leave no later than
/// the answers of those who made them.
void RedisServer::on_bytes(Wire& wire, std::string_view bytes) {
    Client& client = clients_.at(wire.number());
    client.input += bytes;
    std::string replies;
    while (!client.input.empty()) {
        const auto command = resp::take_command(client.input);
        if (!command) break;
        ++commands_;
        replies += answer(client, *command);
    }
    tell_of_changes();
    if (!replies.empty()) wire.send(std::move(replies));
}

void RedisServer::changed(const std::string& key) {
    ++versions_[key];
    changed_.insert(key);
}

void RedisServer::tell_of_changes() {
    const auto changed = std::exchange(changed_, {});
    if (changed.empty()) return;
    for (const auto& [number, tracking] : clients_) {
        if (!tracking.tracked_prefix) continue;
        std::vector<std::string> keys;
        for (const std::string& key : changed) {
            if (key.starts_with(*tracking.tracked_prefix)) keys.push_back(key);
        }
        if (keys.empty()) continue;
        std::string message = resp::list(3) + resp::text("message") + resp::text("__redis__:invalidate");
        message += resp::list(keys.size());
        for (const std::string& key : keys) message += resp::text(key);
        const auto told = clients_.find(tracking.redirect);
        if (told != clients_.end() && told->second.is_subscribed) tell(*told->second.wire, message);
    }
}

void RedisServer::tell(Wire& wire, const std::string& message) {
    if (defects_.told_late == Time()) return wire.send(message);
    world_.after(defects_.told_late, [kept = wire.shared_from_this(), message] {
        if (kept->is_open()) kept->send(message);
    });
}

std::string RedisServer::answer(Client& client, const Command& command) {
    const std::string& name = command.front();
    for (const char* known : {"HELLO", "INFO", "CLIENT", "SUBSCRIBE", "PING"}) {
        if (name == known) return answer_connection(client, command);
    }
    for (const char* known : {"WATCH", "UNWATCH", "MULTI", "EXEC"}) {
        if (name == known) return answer_transaction(client, command);
    }
    std::string refused = refusal(command);
    if (client.queued) {
        client.is_refused = client.is_refused || !refused.empty();
        client.queued->push_back(command);
        return refused.empty() ? "+QUEUED\r\n" : refused;
    }
    return refused.empty() ? answer_data(command) : refused;
}

std::string RedisServer::answer_connection(Client& client, const Command& command) {
    const std::string& name = command.front();
    if (name == "HELLO") {
        return resp::list(6) + resp::text("server") + resp::text("redis") + resp::text("id") +
               resp::number(static_cast<std::int64_t>(client.wire->number())) + resp::text("role") +
               resp::text(is_read_only_ ? "slave" : "master");
    }
    if (name == "INFO") return resp::text("# Memory\r\nmaxmemory_policy:noeviction\r\n");
    if (name == "SUBSCRIBE") {
        client.is_subscribed = true;
        return resp::list(3) + resp::text("subscribe") + resp::text(command[1]) + resp::number(1);
    }
    if (name == "PING") return resp::list(2) + resp::text("pong") + resp::text(command[1]);
    client.tracked_prefix.reset();
    if (command[2] == "ON") {
        client.redirect = std::stoull(command[4]);
        client.tracked_prefix = command.back();
        if (!clients_.contains(client.redirect)) {
            client.tracked_prefix.reset();
            return resp::error("ERR The client ID you want redirect to does not exist");
        }
    }
    return resp::ok;
}

std::string RedisServer::answer_transaction(Client& client, const Command& command) {
    const std::string& name = command.front();
    if (name == "EXEC") return execute(client);
    if (name == "WATCH") {
        for (std::size_t i = 1; i < command.size(); ++i) client.watched.emplace(command[i], versions_[command[i]]);
    } else if (name == "UNWATCH") {
        client.watched.clear();
    } else {
        client.queued.emplace();
        client.is_refused = false;
    }
    return resp::ok;
}

std::string RedisServer::execute(Client& client) {
    const auto watched = std::exchange(client.watched, {});
    const auto queued = std::exchange(client.queued, std::nullopt);
    if (!queued) return resp::error("ERR EXEC without MULTI");
    if (client.is_refused) return resp::error("EXECABORT Transaction discarded because of previous errors.");
    for (const auto& [key, version] : watched) {
        if (versions_[key] != version && !defects_.ignores_watch) return "*-1\r\n";
    }
    std::string replies = resp::list(queued->size());
    for (const Command& command : *queued) replies += answer_data(command);
    return replies;
}

}  // namespace sessgate::simulation
