#include <doctest/doctest.h>
#include <boost/asio/co_spawn.hpp>

#include "tests/support/asked.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/service_shards.hpp"
#include "tests/support/store_harness.hpp"

using namespace sessgate;
using namespace sessgate::tests;

namespace {

/// A store whose `find` is overtaken: the session is revoked elsewhere after it was read and before the answer is
/// there.
class OvertakenStore final : public FailingStore {
public:
    OvertakenStore(LmdbFolder& folder, StoreFaults& faults)
        : FailingStore(folder.database().open_shard(folder.context().get_executor()), folder.context().get_executor(),
                       faults),
          elsewhere_(folder.store()) {}

    ports::Async<std::optional<core::SessionRecord>> find(core::SessionId id) override {
        auto found = co_await FailingStore::find(id);
        const auto revoked = co_await elsewhere_.revoke(id);
        CHECK(revoked.has_value());
        co_return std::move(found);
    }

private:
    ports::SessionStore& elsewhere_;
};

core::Verdict validate(LmdbFolder& folder, service::SessionService& sessions, const core::Token& token) {
    std::optional<core::Verdict> verdict;
    const auto ask = [&]() -> ports::Task<void> {
        service::Credential credential;
        credential.tokens.push_back(token);
        const service::ValidateOptions options;
        verdict = co_await asked(sessions, std::move(credential), options);
    };
    boost::asio::co_spawn(folder.context(), ask(), [](std::exception_ptr error) { REQUIRE(!error); });
    folder.context().restart();
    folder.context().run();
    return verdict.value();
}

}  // namespace

TEST_CASE("a record that was revoked while it was being read is never believed afterwards") {
    LmdbFolder folder;
    StoreFaults faults;
    OvertakenStore store(folder, faults);
    service::ServiceConfig config;
    config.near_cache_sessions = 64;
    ServiceShards shards;
    service::SessionService& sessions = shards.add(folder.context(), store, config);
    core::SessionRecord session = a_session(folder.now());
    const core::Token token{session.id, core::Secret{{1, 2, 3}}};
    session.hash = core::hash_of(token.secret);
    REQUIRE(folder.run(folder.store().create(session)).has_value());

    SUBCASE("by a read that is made ahead") {}
    SUBCASE("by a read in coroutines") {
        faults.finds_without_coroutine = false;
    }
    // This one began before the revocation was acknowledged; the next ones did not.
    CHECK(std::holds_alternative<core::Allow>(validate(folder, sessions, token)));
    CHECK(std::holds_alternative<core::Deny>(validate(folder, sessions, token)));
    CHECK(std::holds_alternative<core::Deny>(validate(folder, sessions, token)));
}
