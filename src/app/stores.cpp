#include "app/stores.hpp"

#include "app/config_secret_files.hpp"
#include "sessgate/adapters/lmdb_store.hpp"
#include "sessgate/adapters/memory_store.hpp"
#include "sessgate/adapters/moving_store.hpp"
#include "sessgate/adapters/redis_store.hpp"

namespace sessgate::app {
namespace {

using Opened = boost::system::result<std::unique_ptr<StoreHandle>, std::string>;

class MemoryHandle final : public StoreHandle {
public:
    explicit MemoryHandle(const ports::Clock& clock) : database_(clock) {}
    std::unique_ptr<ports::SessionStore> open_shard(const ports::Executor&) override { return database_.open_shard(); }

private:
    adapters::MemoryDatabase database_;
};

/// `Database`: one that keeps records, which have tags.
template <typename Database>
class RecordsHandle final : public StoreHandle {
public:
    RecordsHandle(std::unique_ptr<Database> database, std::shared_ptr<core::RecordKeys> keys)
        : database_(std::move(database)), keys_(std::move(keys)) {}

    std::unique_ptr<ports::SessionStore> open_shard(const ports::Executor& executor) override {
        return database_->open_shard(executor);
    }

    bool replace_record_keys(const std::vector<core::RecordKey>& keys) override {
        if (keys == keys_->current()) return false;
        keys_->replace(keys);
        // A key was perhaps taken out because somebody else has it: what it let in is not to be believed on.
        database_->forget_reads();
        return true;
    }
    ports::StoreState state() const override { return database_->state(); }

private:
    std::unique_ptr<Database> database_;
    std::shared_ptr<core::RecordKeys> keys_;
};

adapters::LuciaLayout lucia_layout_of(const StoreConfig& config, core::Layout layout) {
    core::LuciaRecords records(core::LuciaIds(layout, config.record_keys), config.lucia_active_period,
                               config.lucia_idle_period);
    return {std::move(records), config.lucia_session_prefix, config.lucia_index_prefix};
}

adapters::RedisSettings redis_settings_of(const StoreConfig& config) {
    adapters::RedisSettings settings = config.redis;
    if (settings.tls) settings.tls = config.redis_tls;
    if (!config.redis_password.empty()) {
        settings.password = config.redis_password;
        settings.read_password = [path = config.redis_password_file]() -> std::optional<std::string> {
            std::string password;
            if (read_password(path, password)) return std::nullopt;
            return password;
        };
    }
    settings.deadline = config.deadline;
    settings.near_cache = config.near_cache;
    settings.rotation_wait_replicas = static_cast<unsigned>(config.rotation_wait_replicas);
    return settings;
}

/// Our sessions and Lucia's in one Redis, each through connections of their own.
class MovingHandle final : public StoreHandle {
public:
    MovingHandle(std::unique_ptr<adapters::RedisDatabase> own, std::unique_ptr<adapters::RedisDatabase> lucia,
                 std::shared_ptr<core::RecordKeys> keys)
        : own_(std::move(own)), lucia_(std::move(lucia)), keys_(std::move(keys)) {}
    std::unique_ptr<ports::SessionStore> open_shard(const ports::Executor& executor) override {
        return std::make_unique<adapters::MovingStore>(own_->open_shard(executor), lucia_->open_shard(executor));
    }

    bool replace_record_keys(const std::vector<core::RecordKey>& keys) override {
        if (keys == keys_->current()) return false;
        keys_->replace(keys);
        own_->forget_reads();
        lucia_->forget_reads();
        return true;
    }
    ports::StoreState state() const override { return own_->state(); }

private:
    std::unique_ptr<adapters::RedisDatabase> own_;
    std::unique_ptr<adapters::RedisDatabase> lucia_;
    std::shared_ptr<core::RecordKeys> keys_;
};

Opened open_moving(const StoreConfig& config, const adapters::RedisSettings& settings,
                   const std::shared_ptr<core::RecordKeys>& keys, const ports::Clock& clock, ports::Log& log) {
    const core::RecordCodec codec(keys, settings.key_prefix);
    adapters::RedisSettings lucia_settings = settings;
    lucia_settings.lucia = lucia_layout_of(config, *config.migrate_from);
    auto own = adapters::RedisDatabase::open(settings, codec, clock, log);
    if (!own) return std::move(own).error();
    auto lucia = adapters::RedisDatabase::open(lucia_settings, codec, clock, log);
    if (!lucia) return std::move(lucia).error();
    return std::make_unique<MovingHandle>(std::move(*own), std::move(*lucia), keys);
}

Opened open_redis(const StoreConfig& config, const ports::Clock& clock, ports::Log& log) {
    adapters::RedisSettings settings = redis_settings_of(config);
    auto keys = std::make_shared<core::RecordKeys>(config.record_keys);
    core::RecordCodec codec(keys, settings.key_prefix);
    if (config.layout != core::Layout::sessgate) settings.lucia = lucia_layout_of(config, config.layout);
    if (config.migrate_from) return open_moving(config, settings, keys, clock, log);
    auto database = adapters::RedisDatabase::open(settings, std::move(codec), clock, log);
    if (!database) return std::move(database).error();
    return std::make_unique<RecordsHandle<adapters::RedisDatabase>>(std::move(*database), std::move(keys));
}

Opened open_lmdb(const StoreConfig& config, const ports::Clock& clock, ports::Log& log) {
    adapters::LmdbSettings settings;
    settings.folder = config.data_folder;
    settings.map_size = config.lmdb_map_size;
    settings.deadline = config.deadline;
    auto keys = std::make_shared<core::RecordKeys>(config.record_keys);
    auto database = adapters::LmdbDatabase::open(settings, core::RecordCodec(keys), clock, log);
    if (!database) return std::move(database).error();
    return std::make_unique<RecordsHandle<adapters::LmdbDatabase>>(std::move(*database), std::move(keys));
}

}  // namespace

std::string_view name_of(StoreKind kind) noexcept {
    switch (kind) {
        case StoreKind::memory:
            return "memory";
        case StoreKind::lmdb:
            return "lmdb";
        case StoreKind::redis:
            break;
    }
    return "redis";
}

Opened open_store(const StoreConfig& config, const ports::Clock& clock, ports::Log& log) {
    switch (config.kind) {
        case StoreKind::memory:
            return std::make_unique<MemoryHandle>(clock);
        case StoreKind::lmdb:
            return open_lmdb(config, clock, log);
        case StoreKind::redis:
            return open_redis(config, clock, log);
    }
    return std::string("store.url names a store that this program does not have.");
}

}  // namespace sessgate::app
