#include <doctest/doctest.h>

#include "adapters/lmdb/committer.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/log_capture.hpp"
#include "tests/support/records.hpp"

namespace sessgate::tests {

using adapters::lmdb::Write;
using adapters::lmdb::WriteContext;
using adapters::lmdb::WriteOutcome;
using core::Errc;

namespace {

/// Changes something and then fails as LMDB would.
class BadWrite final : public Write {
public:
    BadWrite(core::UserId user, int code) : user_(std::move(user)), code_(code) {}

    std::optional<WriteOutcome> apply(const WriteContext& context) override {
        adapters::lmdb::put(context.transaction, context.tables.users, user_.view(), "half done");
        throw adapters::lmdb::Failure{code_};
    }

private:
    core::UserId user_;
    int code_;
};

/// A committer without its thread, so that a test decides what lies in one batch.
class Bench {
public:
    /// Queues `write`; its answer will appear at the returned place.
    const std::optional<WriteOutcome>& queue(std::unique_ptr<Write> write) {
        auto& answer = answers_.emplace_back();
        const auto take = [&answer](WriteOutcome outcome) { answer.emplace(outcome); };
        const auto ticket = pending_.add(take, core::SteadyTime::clock::now() + std::chrono::hours(1));
        waiting_.push_back({std::move(write), ticket, pending_.mailbox()});
        return answer;
    }

    void commit() {
        while (!waiting_.empty()) committer_.commit_some(waiting_);
        context_.restart();
        context_.run();
    }

    bool has_user(const core::UserId& user) {
        adapters::lmdb::Transaction look(environment_->handle(), MDB_RDONLY);
        return adapters::lmdb::get(look.handle(), environment_->tables().users, user.view()).has_value();
    }

    core::RecordCodec codec;
    LogCapture log;
    adapters::lmdb::Health health{log};

private:
    TemporaryFolder folder_;
    std::unique_ptr<adapters::lmdb::Environment> environment_ =
        *adapters::lmdb::Environment::open(folder_.path(), std::uint64_t{64} << 20);
    ports::BucketVersions versions_;
    adapters::lmdb::Committer committer_{*environment_, codec, health, versions_};
    boost::asio::io_context context_;
    adapters::lmdb::PendingWrites& pending_ = adapters::lmdb::PendingWrites::on(context_.get_executor());
    std::deque<adapters::lmdb::QueuedWrite> waiting_;
    std::deque<std::optional<WriteOutcome>> answers_;
};

}  // namespace

TEST_CASE("a write that fails takes no other one of its transaction with it") {
    Bench bench;
    const core::UserId before = a_user_id("before");
    const core::UserId bad = a_user_id("bad");
    const core::UserId behind = a_user_id("behind");
    const auto& first = bench.queue(adapters::lmdb::replace_user(bench.codec, std::nullopt, a_user(1, before)));
    int code = ENOMEM;
    Errc expected = Errc::store_unavailable;
    SUBCASE("for a reason of its own") {}
    SUBCASE("for want of room") {
        code = MDB_MAP_FULL;
        expected = Errc::store_full;
    }
    const auto& failing = bench.queue(std::make_unique<BadWrite>(bad, code));
    const auto& last = bench.queue(adapters::lmdb::replace_user(bench.codec, std::nullopt, a_user(1, behind)));
    bench.commit();

    CHECK(first.value().has_value());
    CHECK(failing.value().error() == expected);
    CHECK(last.value().has_value());
    CHECK(bench.has_user(before));
    CHECK(!bench.has_user(bad));
    CHECK(bench.has_user(behind));
    CHECK(bench.health.is_good());
    CHECK(bench.health.is_spotless() == (expected == Errc::store_full));  // want of room says nothing of the file
}

TEST_CASE("after a failure that the file does not survive, every write is refused and one line is logged") {
    Bench bench;
    const auto& failing = bench.queue(std::make_unique<BadWrite>(a_user_id("bad"), EIO));
    bench.commit();
    const auto& next = bench.queue(adapters::lmdb::replace_user(bench.codec, std::nullopt, a_user(1)));
    const auto& other = bench.queue(adapters::lmdb::revoke_session(a_session(core::WallTime()).id));
    bench.commit();

    CHECK(failing.value().error() == Errc::store_unavailable);
    CHECK(next.value().error() == Errc::store_unavailable);
    CHECK(other.value().error() == Errc::store_unavailable);
    CHECK(!bench.has_user(a_user_id()));
    CHECK(!bench.health.is_good());
    CHECK(bench.log.events() == std::vector<std::string>{"store_failed"});
}

}  // namespace sessgate::tests
