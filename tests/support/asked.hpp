#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sessgate/service/session_service.hpp"

namespace sessgate::tests {

/// Resumes a coroutine with what was read ahead for it.
template <typename Handler>
class Resumed final : public service::ReadWatcher {
public:
    explicit Resumed(Handler handler) : handler_(std::move(handler)) {}

    void has_read(service::ReadAhead ahead) override {
        Handler handler = std::move(handler_);
        std::move(handler)(std::make_shared<const service::ReadAhead>(std::move(ahead)));
    }

    void has_nothing_soon() {
        const auto executor = boost::asio::get_associated_executor(handler_);
        boost::asio::post(executor, [handler = std::move(handler_)]() mutable { std::move(handler)(nullptr); });
    }

private:
    Handler handler_;
};

using SharedReadAhead = std::shared_ptr<const service::ReadAhead>;

/// What `SessionService::read_ahead` brings; null where it does not begin.
inline ports::Task<SharedReadAhead> read_ahead(service::SessionService& sessions, core::Token token,
                                               service::ValidateOptions options) {
    using Token = boost::asio::use_awaitable_t<ports::Executor>;
    const auto begin = [&](auto handler) {
        using Watcher = Resumed<decltype(handler)>;
        const boost::intrusive_ptr<Watcher> watcher(new Watcher(std::move(handler)));
        // A coroutine must not be resumed while it is being suspended.
        if (!sessions.read_ahead(token, options, watcher)) watcher->has_nothing_soon();
    };
    Token use_task;
    SharedReadAhead ahead = co_await boost::asio::async_initiate<Token, void(SharedReadAhead)>(begin, use_task);
    co_return ahead;
}

/// The verdict as a connection comes by it: from what is kept, else from what the scope remembers, else from what was
/// read ahead, and only else from `validate`.
inline ports::Task<core::Verdict> asked(service::SessionService& sessions, service::Credential credential,
                                        service::ValidateOptions options) {
    if (credential.tokens.size() != 1 || !options.renew) {
        co_return co_await sessions.validate(std::move(credential), options);
    }
    const core::Token token = credential.tokens.front();
    std::string text;
    core::append_token(text, token);
    if (auto* const kept = sessions.kept(text, options, sessions.now())) {
        co_return core::Allow{kept->session, core::SessionState::active, false, token, std::nullopt, false};
    }
    if (const auto verdict = sessions.remembered(token, options)) co_return *verdict;
    const SharedReadAhead ahead = co_await read_ahead(sessions, token, options);
    if (ahead) {
        if (auto verdict = sessions.verdict_after(*ahead, options)) co_return *std::move(verdict);
        options.ahead = ahead.get();
    }
    co_return co_await sessions.validate(std::move(credential), options);
}

}  // namespace sessgate::tests
