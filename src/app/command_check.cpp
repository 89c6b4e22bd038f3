#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

#include "app/commands.hpp"
#include "app/spdlog_log.hpp"
#include "app/stores.hpp"
#include "sessgate/adapters/system.hpp"
#include "sessgate/app/command_line.hpp"

namespace sessgate::app {
namespace {

/// A store that is there answers in a moment; one that is away may be on its way back.
constexpr auto patience = std::chrono::seconds(2);
constexpr auto step = std::chrono::milliseconds(20);

/// What the store says to being asked, and asked again until it is well or `patience` has passed.
class StoreCheck {
public:
    explicit StoreCheck(StoreHandle& handle) : store_(handle.open_shard(context_.get_executor())) {}

    core::Result<void> run() {
        const auto end = core::SteadyTime::clock::now() + patience;
        core::Result<void> result = core::Errc::store_unavailable;
        do {
            result = ask();
            context_.restart();
            context_.run_for(step);
        } while (!result && core::SteadyTime::clock::now() < end);
        return result;
    }

    /// Whether the store tells of changes, so that records may be kept.
    bool has_versions() {
        const auto any = core::SessionId::parse("aaaaaaaaaaaaaaaaaaaa").value();
        const auto end = core::SteadyTime::clock::now() + patience / 2;
        while (!store_->version_of(any) && core::SteadyTime::clock::now() < end) {
            context_.restart();
            context_.run_for(step);
        }
        return store_->version_of(any).has_value();
    }

private:
    core::Result<void> ask() {
        std::optional<core::Result<void>> answer;
        boost::asio::co_spawn(
            context_, store_->check(),
            [&answer](const std::exception_ptr&, core::Result<void> result) { answer.emplace(result); });
        context_.restart();
        while (!answer) context_.run_one();
        return *answer;
    }

    boost::asio::io_context context_{1};
    std::unique_ptr<ports::SessionStore> store_;
};

}  // namespace

int check_connection(const Config& config) {
    const adapters::SystemClock clock;
    SpdlogLog log(config.log);
    const auto handle = open_store(config.store, clock, log);
    if (!handle) {
        std::cerr << "sessgate: " << handle.error() << '\n';
        return exit_failed;
    }
    StoreCheck check(**handle);
    const auto checked = check.run();
    if (!checked) {
        std::cerr << "sessgate: the store cannot be used (" << core::to_text(checked.error())
                  << "): it has to be reached, to let this user in, to be a primary, and to take writes; what it says "
                     "itself stands above\n";
        return exit_failed;
    }
    const bool keeps = config.store.near_cache && check.has_versions();
    std::cout << "OK: the store answers, and takes writes; near-cache "
              << (keeps                     ? "on\n"
                  : config.store.near_cache ? "not possible with it\n"
                                            : "off\n");
    return exit_ok;
}

}  // namespace sessgate::app
