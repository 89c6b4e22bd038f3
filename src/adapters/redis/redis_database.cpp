#include "adapters/redis/lucia_store.hpp"
#include "adapters/redis/monitor.hpp"
#include "adapters/redis/redis_store.hpp"
#include "adapters/redis/tls.hpp"
#include "sessgate/adapters/redis_store.hpp"

namespace sessgate::adapters {
namespace {

/// A server that is there greets in a moment, and one that is not is asked again soon.
constexpr auto greeting_patience_min = core::Milliseconds(500);

/// Any will do: one server holds them all.
constexpr const char* first_bucket = "aaa";

redis::Target target_of(const RedisSettings& settings, const RedisAddress& address, boost::asio::ssl::context* tls) {
    return {{address.host, address.port, address.path.string()},
            {settings.user, settings.password, settings.database},
            tls,
            std::max(settings.deadline, greeting_patience_min),
            settings.read_password};
}

}  // namespace

/// In the order in which they need each other.
struct RedisDatabase::Parts {
    RedisSettings settings;
    core::RecordCodec codec;
    const ports::Clock& clock;
    redis::Keys keys;
    std::optional<redis::LuciaKeys> lucia;
    redis::Versions versions;
    redis::Notices notices;
    std::shared_ptr<redis::Counts> counts = std::make_shared<redis::Counts>();
    redis::Directory directory;
    std::unique_ptr<boost::asio::ssl::context> tls;
    redis::Monitor monitor;

    Parts(const RedisSettings& given, core::RecordCodec record_codec, const ports::Clock& shared_clock, ports::Log& log,
          std::unique_ptr<boost::asio::ssl::context> tls_context)
        : settings(given),
          codec(std::move(record_codec)),
          clock(shared_clock),
          keys(given.key_prefix),
          lucia(given.lucia ? std::optional<redis::LuciaKeys>(*given.lucia) : std::nullopt),
          notices(log),
          tls(std::move(tls_context)),
          monitor(directory, versions, notices, given.key_prefix, given.near_cache, lucia ? &*lucia : nullptr) {}
};

RedisDatabase::RedisDatabase(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}

RedisDatabase::~RedisDatabase() = default;

boost::system::result<std::unique_ptr<RedisDatabase>, std::string> RedisDatabase::open(const RedisSettings& settings,
                                                                                       core::RecordCodec codec,
                                                                                       const ports::Clock& clock,
                                                                                       ports::Log& log) {
    std::unique_ptr<boost::asio::ssl::context> tls;
    if (settings.tls) {
        auto made = redis::make_tls(*settings.tls);
        if (!made) return made.error();
        tls = std::move(*made);
    }
    auto parts = std::make_unique<Parts>(settings, std::move(codec), clock, log, std::move(tls));
    const redis::Target target = target_of(settings, settings.addresses.front(), parts->tls.get());
    if (settings.kind == RedisKind::single) {
        const auto node = std::make_shared<redis::Node>();
        node->target = target;
        parts->monitor.publish({{node}, {}, {first_bucket}});
    } else {
        std::vector<redis::Address> addresses;
        addresses.reserve(settings.addresses.size());
        for (const RedisAddress& address : settings.addresses) addresses.push_back({address.host, address.port, {}});
        parts->monitor.find(target, addresses, settings.sentinel_name);
    }
    parts->monitor.start();
    return std::unique_ptr<RedisDatabase>(new RedisDatabase(std::move(parts)));
}

std::unique_ptr<ports::SessionStore> RedisDatabase::open_shard(const ports::Executor& executor) {
    const bool may_fail_over = parts_->settings.kind != RedisKind::single;
    redis::NodeSurroundings nodes{parts_->keys,
                                  parts_->versions,
                                  parts_->notices,
                                  parts_->counts,
                                  parts_->settings.deadline,
                                  parts_->settings.near_cache,
                                  {}};
    if (may_fail_over) nodes.hurry = [&monitor = parts_->monitor] { monitor.hurry(); };
    auto client = std::make_shared<redis::ShardClient>(executor.context(), parts_->directory, nodes);
    client->start();
    const redis::StoreSurroundings surroundings{parts_->keys,
                                                parts_->codec,
                                                parts_->clock,
                                                parts_->versions,
                                                parts_->notices,
                                                parts_->counts,
                                                parts_->settings.deadline,
                                                may_fail_over ? parts_->settings.rotation_wait_replicas : 0};
    if (parts_->lucia) return std::make_unique<redis::LuciaStore>(std::move(client), surroundings, *parts_->lucia);
    return std::make_unique<redis::RedisStore>(std::move(client), surroundings);
}

void RedisDatabase::forget_reads() noexcept {
    parts_->versions.raise_all();
}

ports::StoreState RedisDatabase::state() const {
    const redis::Counts& counts = *parts_->counts;
    const auto topology = parts_->directory.current();
    ports::StoreState state{.connections = counts.connections,
                            .connections_lost = counts.connections_lost,
                            .transactions = counts.transactions,
                            .transactions_waiting = counts.waiting,
                            .links = 0,
                            .links_wanted = parts_->settings.near_cache ? topology->nodes.size() : 0,
                            .invalidations = 0,
                            .clock_skew = counts.clock_skew()};
    for (const redis::NodePointer& node : topology->nodes) {
        const redis::Lease& lease = node->lease;
        if (lease.link() != 0 && lease.is_held(redis::lease_now())) ++*state.links;
        *state.invalidations += lease.changes();
    }
    return state;
}

}  // namespace sessgate::adapters
