#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sessgate/core/lucia_records.hpp"
#include "sessgate/core/record_codec.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/log.hpp"
#include "sessgate/ports/session_store.hpp"
#include "sessgate/ports/store_state.hpp"

namespace sessgate::adapters {

/// A server's address: host and port, or the path of a unix socket.
struct RedisAddress {
    std::string host{};  ///< a name or an IP address; empty: `path` counts
    std::uint16_t port = 6379;
    std::filesystem::path path{};
    bool operator==(const RedisAddress&) const = default;
};

/// How the server proves who it is, and we to it. All files are PEM.
struct RedisTls {
    std::filesystem::path ca_file{};           ///< empty: the system's authorities
    std::filesystem::path certificate_file{};  ///< our own; empty: none is shown
    std::filesystem::path key_file{};
};

/// Sessions are those of a Lucia beside us. Users are ours all the same: Lucia keeps its own elsewhere.
struct LuciaLayout {
    core::LuciaRecords records;
    std::string session_prefix;  ///< of `prefix:session`
    std::string index_prefix;    ///< of `prefix:user`, the set of a user's sessions
};

enum class RedisKind { single, sentinel, cluster };

struct RedisSettings {
    RedisKind kind = RedisKind::single;
    /// The server; with sentinel, the sentinels; with cluster, some of the nodes.
    std::vector<RedisAddress> addresses{};
    std::string sentinel_name{};
    std::string user{};      ///< empty: the server's default user
    std::string password{};  ///< empty: none is sent
    /// Asked for the password again before each connection, on any thread; nullopt: it cannot be read now. Empty: the
    /// password stays.
    std::function<std::optional<std::string>()> read_password{};
    unsigned database = 0;
    std::optional<RedisTls> tls{};
    /// One answer may take so long, with all its round trips.
    core::Milliseconds deadline{150};
    /// Whether the servers are asked to tell of changes, so that records may be kept.
    bool near_cache = true;
    /// With sentinel or cluster: replicas that must have a rotation before its successor is handed out.
    unsigned rotation_wait_replicas = 1;
    std::string key_prefix = "sessgate:";
    std::optional<LuciaLayout> lucia{};  ///< none: sessions are stored in our own form
};

/// `redis:` and its kin: sessions in Redis 6.2 or later, or what speaks its protocol. A thread of its own follows the
/// servers' messages about changes, and where the servers are. Opening it waits for no server.
class RedisDatabase {
public:
    /// `clock` and `log` must outlive the database. The error is a sentence for whoever starts the program.
    static boost::system::result<std::unique_ptr<RedisDatabase>, std::string> open(const RedisSettings& settings,
                                                                                   core::RecordCodec codec,
                                                                                   const ports::Clock& clock,
                                                                                   ports::Log& log);
    ~RedisDatabase();

    /// The store of the shard that runs on `executor`, to be called on its thread only. Must not outlive the database.
    /// The executor's context may go before or after either, also with calls under way: nobody is resumed then.
    std::unique_ptr<ports::SessionStore> open_shard(const ports::Executor& executor);

    /// No record that was read so far is believed from memory any more. Any thread.
    void forget_reads() noexcept;

    /// Any thread.
    ports::StoreState state() const;

private:
    struct Parts;
    explicit RedisDatabase(std::unique_ptr<Parts> parts) noexcept;

    std::unique_ptr<Parts> parts_;
};

}  // namespace sessgate::adapters
