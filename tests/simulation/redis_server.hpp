#pragma once

#include <map>
#include <optional>
#include <set>

#include "tests/simulation/network.hpp"

namespace sessgate::simulation {

/// As much of Redis as sessgate uses, in one place and without its own time. Its data outlives its crashes, as with
/// `appendfsync always`.
class RedisServer final : public Server {
public:
    /// What this server does that Redis never would; for the proof that the simulation would notice.
    struct Defects {
        bool ignores_watch = false;   ///< EXEC writes whatever has changed
        Time told_late{};             ///< messages about changes come so much later than the writer's answer
        bool forgets_writes = false;  ///< now and then a write is acknowledged and not done
    };

    RedisServer(World& world, const Defects& defects) : world_(world), defects_(defects) {}

    void on_open(Wire& wire) override;
    void on_bytes(Wire& wire, std::string_view bytes) override;
    void on_closed(Wire& wire) override;

    /// Writes that take memory are refused.
    void set_full(bool is_full) noexcept { is_full_ = is_full; }
    void set_read_only(bool is_read_only) noexcept { is_read_only_ = is_read_only; }

    std::uint64_t commands() const noexcept { return commands_; }

private:
    using Command = std::vector<std::string>;

    struct Client {
        Wire* wire = nullptr;
        std::string input{};
        std::map<std::string, std::uint64_t> watched{};  ///< key and its version
        std::optional<std::vector<Command>> queued{};    ///< after MULTI
        bool is_refused = false;                         ///< a queued command was
        std::optional<std::string> tracked_prefix{};
        std::uint64_t redirect = 0;
        bool is_subscribed = false;
    };

    std::string answer(Client& client, const Command& command);
    std::string answer_connection(Client& client, const Command& command);
    std::string answer_transaction(Client& client, const Command& command);
    std::string answer_data(const Command& command);
    std::string execute(Client& client);
    std::string set(const Command& command);
    std::string refusal(const Command& command) const;
    void changed(const std::string& key);
    void tell_of_changes();
    void tell(Wire& wire, const std::string& message);

    World& world_;
    Defects defects_;
    std::map<std::uint64_t, Client> clients_;  ///< by their wires' numbers
    std::map<std::string, std::string> strings_;
    std::map<std::string, std::set<std::string>> members_;
    std::map<std::string, std::uint64_t> versions_;
    std::set<std::string> changed_;  ///< since clients were told of changes last
    bool is_full_ = false;
    bool is_read_only_ = false;
    std::uint64_t commands_ = 0;
};

}  // namespace sessgate::simulation
