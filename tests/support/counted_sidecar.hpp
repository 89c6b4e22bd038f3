#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "app/stores.hpp"
#include "tests/support/failing_store.hpp"
#include "tests/support/sidecar.hpp"

namespace sessgate::tests {

/// With one shard where nothing else is said: what memory knows is a shard's own, and connections are spread over all.
inline Sidecar::Settings with_shards(Sidecar::Settings settings) {
    const auto is_told = [](const auto& setting) { return setting.first == "threads"; };
    if (std::ranges::none_of(settings, is_told)) settings.emplace_back("threads", "1");
    return settings;
}

/// The program on a store whose calls are counted, and can be made slow or fail.
struct CountedSidecar {
    explicit CountedSidecar(const std::string& store = "lmdb:", const Sidecar::Settings& settings = {})
        : sidecar(store, with_shards(settings), [this](const auto& config, const auto& clock, auto& log) {
              auto opened = app::open_store(config, clock, log);
              REQUIRE(opened.has_value());
              return boost::system::result<std::unique_ptr<app::StoreHandle>, std::string>(
                  std::make_unique<FailingHandle>(std::move(*opened), faults));
          }) {}

    /// How many reads of a session `calls` cost.
    template <typename Calls>
    int reads_of(Calls calls) {
        const int before = faults.reads;
        calls();
        return faults.reads - before;
    }

    std::string state(const std::string& token, const Fields& fields = {}) {
        return sidecar.get("/session", token, fields).field("X-Session-State");
    }

    /// Sends one GET on each of so many connections, then reads the answers. Connections go to the shards in turn.
    std::vector<Reply> at_once(const std::vector<std::pair<std::string, Fields>>& requests) {
        std::vector<HttpClient> clients;
        while (clients.size() < requests.size()) {
            clients.push_back(sidecar.data());
            // An answer shows that the connection has its shard, so that the next one is given to another.
            REQUIRE(clients.back().request("GET", "/session").status == 200);
        }
        for (std::size_t i = 0; i < clients.size(); ++i) {
            clients[i].send(request_text("GET", requests[i].first, requests[i].second));
        }
        std::vector<Reply> replies;
        for (HttpClient& client : clients) replies.push_back(client.read());
        return replies;
    }

    StoreFaults faults;
    Sidecar sidecar;
};

/// What a browser with that token sends.
inline std::pair<std::string, std::string> cookie(const std::string& token) {
    return {"Cookie", "__Host-session=" + token};
}

}  // namespace sessgate::tests
