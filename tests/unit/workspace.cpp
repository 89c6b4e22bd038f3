#include "http/workspace.hpp"

#include <doctest/doctest.h>

using sessgate::http::Workspace;
using sessgate::http::WorkspacePool;

TEST_CASE("a workspace of ordinary size is kept for the next connection") {
    WorkspacePool pool;
    auto workspace = pool.take();
    const Workspace* const first = workspace.get();

    pool.give_back(std::move(workspace));

    CHECK(pool.take().get() == first);
}

TEST_CASE("what one large message needed is not kept") {
    constexpr std::size_t large = 1024 * 1024;
    WorkspacePool pool;
    SUBCASE("input") {
        auto workspace = pool.take();
        workspace->input.resize(large);
        pool.give_back(std::move(workspace));
    }
    SUBCASE("output") {
        auto workspace = pool.take();
        workspace->output.reserve(large);
        pool.give_back(std::move(workspace));
    }
    SUBCASE("the body of a HEAD's answer, which never becomes output") {
        auto workspace = pool.take();
        workspace->response.body.reserve(large);
        pool.give_back(std::move(workspace));
    }

    const auto next = pool.take();
    CHECK(next->input.size() == WorkspacePool::input_size);
    CHECK(next->output.capacity() < large);
    CHECK(next->response.body.capacity() < large);
}
