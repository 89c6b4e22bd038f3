#include "sessgate/adapters/lmdb_store.hpp"

#include "adapters/lmdb/clean_mark.hpp"
#include "adapters/lmdb/data_lock.hpp"
#include "adapters/lmdb/lmdb_store.hpp"
#include "adapters/lmdb/new_files.hpp"
#include "adapters/lmdb/writer.hpp"

namespace sessgate::adapters {
namespace {

/// Closes the environment at its end, and leaves the mark where nothing has failed until then.
class Closing {
public:
    Closing(std::filesystem::path folder, std::unique_ptr<lmdb::Environment>& environment, const lmdb::Health& health)
        : folder_(std::move(folder)), environment_(environment), health_(health) {}
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;
    ~Closing() {
        const auto closed = lmdb::closing_file(environment_->handle());
        environment_.reset();
        if (closed && health_.is_spotless()) lmdb::leave_clean_mark(folder_, *closed);
    }

private:
    std::filesystem::path folder_;
    std::unique_ptr<lmdb::Environment>& environment_;
    const lmdb::Health& health_;
};

}  // namespace

/// In the order in which they are built; they go in reverse, the thread first and the lock last.
struct LmdbDatabase::Parts {
    Parts(lmdb::DataLock held, std::unique_ptr<lmdb::Environment> opened, core::RecordCodec record_codec,
          const LmdbSettings& settings, const ports::Clock& clock, ports::Log& log)
        : lock(std::move(held)),
          health(log),
          environment(std::move(opened)),
          closing(settings.folder, environment, health),
          codec(std::move(record_codec)),
          queue(settings.queue_max),
          committer(*environment, codec, health, versions),
          sweeper(*environment, clock, health),
          writer(queue, committer, sweeper),
          shared{*environment, codec, queue, health, versions, settings.deadline} {}

    lmdb::DataLock lock;
    lmdb::Health health;
    std::unique_ptr<lmdb::Environment> environment;
    Closing closing;
    core::RecordCodec codec;
    ports::BucketVersions versions;
    lmdb::WriteQueue queue;
    lmdb::Committer committer;
    lmdb::Sweeper sweeper;
    lmdb::Writer writer;
    lmdb::Shared shared;
};

boost::system::result<std::unique_ptr<LmdbDatabase>, std::string> LmdbDatabase::open(const LmdbSettings& settings,
                                                                                     core::RecordCodec codec,
                                                                                     const ports::Clock& clock,
                                                                                     ports::Log& log) {
    lmdb::NewFiles files(settings.folder);
    if (auto mistake = files.make_folder()) return *std::move(mistake);
    auto lock = lmdb::DataLock::acquire(settings.folder);
    if (!lock) return lock.error();
    using Check = lmdb::Environment::Check;
    const Check check = lmdb::take_clean_mark(settings.folder) ? Check::format : Check::pages;
    auto environment = lmdb::Environment::open(settings.folder, settings.map_size, check);
    if (!environment) {
        files.remove();
        return environment.error();
    }

    auto parts =
        std::make_unique<Parts>(*std::move(lock), *std::move(environment), std::move(codec), settings, clock, log);
    return std::unique_ptr<LmdbDatabase>(new LmdbDatabase(std::move(parts)));
}

LmdbDatabase::LmdbDatabase(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}
LmdbDatabase::~LmdbDatabase() = default;

std::unique_ptr<ports::SessionStore> LmdbDatabase::open_shard(const ports::Executor& executor) {
    return std::make_unique<lmdb::LmdbStore>(parts_->shared, executor);
}

std::size_t LmdbDatabase::sweep() {
    return parts_->queue.ask_for_sweep().get();
}
void LmdbDatabase::pause() {
    parts_->queue.pause();
}
void LmdbDatabase::resume() {
    parts_->queue.resume();
}

LmdbFigures LmdbDatabase::figures() const noexcept {
    return {parts_->committer.transactions(), parts_->committer.writes(), parts_->sweeper.swept()};
}

void LmdbDatabase::forget_reads() noexcept {
    parts_->versions.raise_all();
}

ports::StoreState LmdbDatabase::state() const {
    return {.bytes = parts_->environment->bytes_used(), .bytes_max = parts_->environment->bytes_max()};
}

}  // namespace sessgate::adapters
