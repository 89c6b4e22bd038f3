#include "adapters/redis/commit.hpp"

#include "adapters/redis/answers.hpp"

namespace sessgate::adapters::redis {

using core::Errc;

namespace {

/// What the replies to MULTI, `count` commands and EXEC say; nullopt: they make no sense.
std::optional<core::Result<Commit>> read_commit(std::span<Reply> replies, std::size_t count) {
    const auto queued = replies.subspan(1, count);
    Reply& exec = replies[count + 1];
    if (!replies[0].is_status("OK")) {
        // MULTI itself was refused, so the commands were done one by one or refused as well: unknown.
        return std::nullopt;
    }
    if (const Reply* refused = first_error(queued)) {
        if (!exec.is(Reply::Type::error)) return std::nullopt;
        return core::Result<Commit>(error_of(*refused));
    }
    for (const Reply& reply : queued) {
        if (!reply.is_status("QUEUED")) return std::nullopt;
    }
    if (exec.is(Reply::Type::nil)) return core::Result<Commit>(Commit{});
    if (exec.is(Reply::Type::error)) return core::Result<Commit>(error_of(exec));
    if (!exec.is(Reply::Type::array) || exec.elements.size() != count) return std::nullopt;
    // One of them failed while the others were done.
    if (first_error(exec.elements) != nullptr) return core::Result<Commit>(Errc::store_timeout);
    Commit done;
    done.is_done = true;
    done.replies = std::move(exec.elements);
    return core::Result<Commit>(std::move(done));
}

}  // namespace

ports::Async<Commit> commit(Connection& connection, const Answer& watched, const Request& commands,
                            core::SteadyTime deadline, Replicas replicas) {
    const std::size_t count = commands.commands();
    Request request;
    request.add({"MULTI"}).add(commands).add({"EXEC"});
    if (replicas.count > 0) {
        const std::string wanted = std::to_string(replicas.count);
        request.add({"WAIT", wanted, std::to_string(replicas.patience.count())});
    }
    Answer answer = co_await connection.ask(std::move(request), deadline, watched.incarnation);
    if (answer.failed()) co_return error_of_write(answer.failure);

    auto read = read_commit(answer.replies, count);
    const Reply& last = answer.replies.back();
    const bool waited = replicas.count > 0;
    if (!read || (waited && !last.is(Reply::Type::integer) && !last.is(Reply::Type::error))) {
        connection.distrust(answer.incarnation);
        co_return Errc::store_timeout;
    }
    if (waited && *read) {
        (*read)->is_replicated = last.is(Reply::Type::integer) && last.integer >= std::int64_t{replicas.count};
    }
    co_return std::move(*read);
}

ports::Task<void> unwatch(Connection& connection, const Answer& watched, core::SteadyTime deadline) {
    Request request;
    request.add({"UNWATCH"});
    const Answer answer = co_await connection.ask(std::move(request), deadline, watched.incarnation);
    if (!answer.failed() && !answer.replies.front().is_status("OK")) connection.distrust(answer.incarnation);
}

}  // namespace sessgate::adapters::redis
