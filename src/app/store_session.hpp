#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "app/spdlog_log.hpp"
#include "app/stores.hpp"
#include "sessgate/adapters/system.hpp"

namespace sessgate::app {

/// A store in the hands of one command: calls are made one after the other, or several at once, and waited for.
class StoreSession {
public:
    /// The error is a sentence for whoever started the command.
    static boost::system::result<std::unique_ptr<StoreSession>, std::string> open(const StoreConfig& config,
                                                                                  const LogConfig& log);

    ports::SessionStore& store() noexcept { return *store_; }
    boost::asio::io_context& context() noexcept { return context_; }
    ports::Log& log() noexcept { return log_; }
    const ports::Clock& clock() const noexcept { return clock_; }

    template <typename T>
    core::Result<T> run(ports::Async<T> call) {
        std::optional<core::Result<T>> answer;
        start(std::move(call), answer);
        wait_for([&] { return answer.has_value(); });
        return *std::move(answer);
    }

    /// Begins a call whose answer is there after some `wait_for`.
    template <typename T>
    void start(ports::Async<T> call, std::optional<core::Result<T>>& answer) {
        boost::asio::co_spawn(context_, std::move(call),
                              [&answer](const std::exception_ptr& failed, core::Result<T> told) {
                                  if (failed) std::rethrow_exception(failed);
                                  answer.emplace(std::move(told));
                              });
    }

    template <typename Condition>
    void wait_for(Condition condition) {
        while (!condition()) {
            context_.restart();
            context_.run_one();
        }
    }

private:
    explicit StoreSession(const LogConfig& log) : log_(log) {}

    adapters::SystemClock clock_;
    SpdlogLog log_;
    boost::asio::io_context context_{1};
    std::unique_ptr<StoreHandle> handle_;
    std::unique_ptr<ports::SessionStore> store_;
};

}  // namespace sessgate::app
