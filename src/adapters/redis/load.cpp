#include "adapters/redis/load.hpp"

#include "adapters/redis/answers.hpp"

namespace sessgate::adapters::redis {

using core::Errc;

ports::Async<Found> load(ShardClient& client, std::string_view bucket, std::string key, core::SteadyTime deadline,
                         std::optional<NodeAnswer> first) {
    Request request;
    request.add({"GET", key});
    NodeAnswer told = co_await client.read(bucket, std::move(request), deadline, std::move(first));
    if (told.answer.failed()) co_return error_of_read(told.answer.failure);
    Reply& found = told.answer.replies.front();
    if (found.is(Reply::Type::string)) co_return Found(std::move(found.text), std::move(told));
    if (found.is(Reply::Type::error)) co_return error_of(found);
    if (!found.is(Reply::Type::nil)) {
        told.distrust();
        co_return Errc::store_protocol;
    }

    Request second;
    second.add({"GET", key}).add({"ECHO", key});
    NodeAnswer again = co_await client.read(bucket, std::move(second), deadline);
    if (again.answer.failed()) co_return error_of_read(again.answer.failure);
    if (const Reply* error = first_error(again.answer.replies)) co_return error_of(*error);
    Reply& value = again.answer.replies[0];
    const bool is_in_order = again.answer.replies[1].is_string(key);
    if (is_in_order && value.is(Reply::Type::nil)) co_return Found();
    if (is_in_order && value.is(Reply::Type::string)) co_return Found(std::move(value.text), std::move(again));
    again.distrust();
    co_return Errc::store_protocol;
}

}  // namespace sessgate::adapters::redis
