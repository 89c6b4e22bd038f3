#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <mutex>
#include <random>
#include <thread>

#include "tests/linearizability/history.hpp"
#include "tests/support/service_shards.hpp"

namespace sessgate::tests {

/// What many callers on several shards of one process asked and were told, session by session.
class Actors {
public:
    /// Gives a shard's store, on the executor of its loop.
    using OpenStore = std::function<std::unique_ptr<ports::SessionStore>(const ports::Executor&)>;

    Actors(ServiceShards& shards, const OpenStore& open_store, core::Milliseconds store_deadline);

    /// Asks from all shards at once, and lets time pass so that sessions become idle and tokens retire, until so many
    /// sessions have a full history.
    void run(std::size_t sessions);

    /// Those that are full, and whose every operation was answered.
    const std::vector<History>& histories() const noexcept { return finished_; }
    std::size_t operations() const noexcept { return now_ / 2; }
    std::size_t failed() const noexcept { return failed_; }
    std::size_t rotations() const noexcept { return rotations_; }

private:
    static constexpr std::size_t shard_count = 4;
    static constexpr std::size_t actors_per_shard = 3;
    static constexpr std::size_t open_sessions = 3;

    /// A session in the making of its history.
    struct Open {
        std::vector<core::Token> tokens{};  ///< by their numbers
        History history{};
        std::size_t begun = 0;  ///< operations, of which some are under way
        std::size_t under_way = 0;
    };
    using OpenPointer = std::shared_ptr<Open>;

    struct Shard {
        boost::asio::io_context context{1};
        std::unique_ptr<ports::SessionStore> store{};
        service::SessionService* service = nullptr;
    };

    ports::Task<void> act(Shard& shard, unsigned seed);
    ports::Task<void> sign_in(Shard& shard, std::size_t place);
    ports::Task<void> validate(Shard& shard, OpenPointer open, int token, bool renews);
    ports::Task<void> revoke(Shard& shard, OpenPointer open);

    OpenPointer take(std::size_t place);
    Operation begin(Asked asked, int token);
    void end(const OpenPointer& open, Operation operation);
    std::optional<int> number_of(const OpenPointer& open, int token, const core::Token& successor);

    ServiceShards& shards_;
    std::array<Shard, shard_count> loops_;
    std::mutex mutex_;
    std::array<OpenPointer, open_sessions> open_;
    std::vector<History> finished_;
    std::size_t wanted_ = 0;
    std::atomic<std::uint64_t> now_ = 0;
    std::atomic<std::size_t> failed_ = 0;
    std::atomic<std::size_t> rotations_ = 0;
};

}  // namespace sessgate::tests
