#include "adapters/redis/pipeline.hpp"

#include <doctest/doctest.h>

namespace sessgate::tests {

using adapters::redis::Answer;
using adapters::redis::Pipeline;
using adapters::redis::Reply;
using adapters::redis::Request;

namespace {

constexpr core::SteadyTime start{std::chrono::hours(1)};

class NobodyWaiting final : public adapters::redis::Waiter<Answer> {
public:
    void complete(Answer) override {}
};

Request get(std::string_view key) {
    Request request;
    return request.add({"GET", key});
}

Reply text(const char* value) {
    return {Reply::Type::string, value};
}

}  // namespace

TEST_CASE("calls to Redis are answered in their order, each when its last reply has come") {
    Pipeline pipeline;
    NobodyWaiting a;
    NobodyWaiting b;
    Request two = get("a");
    two.add({"ECHO", "a"});
    pipeline.add(two, start, a);
    pipeline.add(get("b"), start, b);
    CHECK(std::exchange(pipeline.output(), {}) == two.bytes() + get("b").bytes());
    CHECK(!pipeline.has_output());

    CHECK(!pipeline.receive(text("1")));
    const auto first = pipeline.receive(text("2"));
    REQUIRE(first.has_value());
    CHECK(first->waiter == &a);
    CHECK(first->replies[1].text == "2");
    const auto second = pipeline.receive(text("3"));
    REQUIRE(second.has_value());
    CHECK(second->waiter == &b);
    CHECK(!pipeline.expects_reply());
}

TEST_CASE("the earliest deadline of all calls to Redis counts, wherever it stands in the line") {
    Pipeline pipeline;
    NobodyWaiting waiter;
    CHECK(pipeline.earliest_deadline() == std::nullopt);
    pipeline.add(get("a"), start + std::chrono::seconds(2), waiter);
    pipeline.add(get("b"), start + std::chrono::seconds(1), waiter);
    CHECK(pipeline.earliest_deadline() == start + std::chrono::seconds(1));
    CHECK(pipeline.give_up().size() == 2);
    CHECK(!pipeline.has_output());
}

TEST_CASE("of calls that are still to be sent those that are late are taken out, with their bytes") {
    Pipeline pipeline;
    NobodyWaiting early;
    NobodyWaiting late;
    pipeline.add(get("a"), start + std::chrono::seconds(2), early);
    pipeline.add(get("late"), start, late);
    pipeline.add(get("c"), start + std::chrono::seconds(2), early);

    const auto due = pipeline.take_unsent_due(start);

    REQUIRE(due.size() == 1);
    CHECK(due.front().waiter == &late);
    CHECK(pipeline.output() == get("a").bytes() + get("c").bytes());
}

}  // namespace sessgate::tests
