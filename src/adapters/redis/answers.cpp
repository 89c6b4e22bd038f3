#include "adapters/redis/answers.hpp"

#include <algorithm>

namespace sessgate::adapters::redis {

using core::Errc;

Errc error_of_read(Failure failure) noexcept {
    return failure == Failure::late ? Errc::store_timeout : Errc::store_unavailable;
}

Errc error_of_write(Failure failure) noexcept {
    return failure == Failure::refused ? Errc::store_unavailable : Errc::store_timeout;
}

Errc error_of(const Reply& error) noexcept {
    if (error.is_error("OOM")) return Errc::store_full;
    if (error.is_error("WRONGTYPE")) return Errc::store_protocol;
    return Errc::store_unavailable;
}

const Reply* first_error(std::span<const Reply> replies) noexcept {
    const auto found = std::ranges::find(replies, Reply::Type::error, &Reply::type);
    return found == replies.end() ? nullptr : &*found;
}

void drop_answers_to_asking(std::vector<Reply>& replies) {
    std::vector<Reply> others;
    for (std::size_t i = 1; i < replies.size(); i += 2) others.push_back(std::move(replies[i]));
    replies = std::move(others);
}

const Reply* value_of(const Reply& first, const Reply& second) noexcept {
    const auto is_value = [](const Reply& reply) {
        return reply.is(Reply::Type::string) || reply.is(Reply::Type::nil);
    };
    if (!is_value(first) || !is_value(second)) return nullptr;
    return first.is(Reply::Type::nil) ? &second : &first;
}

}  // namespace sessgate::adapters::redis
