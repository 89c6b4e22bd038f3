#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "sessgate/ports/async.hpp"

namespace sessgate::tests {

/// Where the answer of a call appears once it has come. Must outlive the call.
template <typename T>
struct Answer {
    std::optional<core::Result<T>> result;
    int times = 0;  ///< anything but one is a mistake of whoever answers
};

/// Starts `call` on `context`; it runs when the context does.
template <typename T>
void start(boost::asio::io_context& context, ports::Async<T> call, Answer<T>& answer) {
    boost::asio::co_spawn(context, std::move(call), [&answer](std::exception_ptr error, core::Result<T> result) {
        if (error) std::rethrow_exception(error);
        answer.result.emplace(std::move(result));
        ++answer.times;
    });
}

/// Runs `context` until nothing is left to do on it, and gives the answer of `call`.
template <typename T>
core::Result<T> run_on(boost::asio::io_context& context, ports::Async<T> call) {
    Answer<T> answer;
    start(context, std::move(call), answer);
    context.restart();
    context.run();
    return std::move(answer.result).value();
}

}  // namespace sessgate::tests
