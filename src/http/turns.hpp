#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <vector>

#include "sessgate/ports/async.hpp"

namespace sessgate::http {

/// Lets the coroutines of a shard go on one after another, each after all others that are ready. As `asio::post` does,
/// but one handler resumes a crowd of them: a post for each request took a tenth of its instructions (2026).
class Turns : public std::enable_shared_from_this<Turns> {
public:
    explicit Turns(boost::asio::io_context& context) noexcept : context_(context) {}

    /// Returns when it is the caller's turn again.
    auto next() {
        return boost::asio::async_initiate<const Token, void()>([this](Waiter waiter) { add(std::move(waiter)); },
                                                                token);
    }

    /// Forgets who waits, whose coroutines end here.
    void drop();

private:
    using Token = boost::asio::use_awaitable_t<ports::Executor>;
    using Waiter = boost::asio::async_result<Token, void()>::handler_type;
    static constexpr Token token{};

    /// Resumed by one handler; then whatever else the shard has to do comes first.
    static constexpr std::size_t crowd_max = 64;

    void add(Waiter waiter);
    void resume_some();
    void call_later();

    boost::asio::io_context& context_;
    std::vector<Waiter> waiting_;
    std::vector<Waiter> resumed_;
    std::size_t next_ = 0;  ///< of `resumed_`
    bool is_called_ = false;
};

}  // namespace sessgate::http
