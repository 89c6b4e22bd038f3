#pragma once

#include <future>
#include <memory>
#include <thread>

#include "sessgate/app/run.hpp"
#include "tests/support/fixed_random.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/log_capture.hpp"
#include "tests/support/manual_clock.hpp"

namespace sessgate::tests {

/// The whole program on a thread of its own, over real sockets, with a clock that the test moves.
class Sidecar {
public:
    using Settings = std::vector<std::pair<std::string, std::string>>;
    using OpenStore = std::function<boost::system::result<std::unique_ptr<app::StoreHandle>, std::string>(
        const app::StoreConfig&, const ports::Clock&, ports::Log&)>;

    /// `store`: "memory:" or "lmdb:", which goes into a folder of the test's own. Periods are 1 s active, 10 s idle and
    /// none absolute, the grace 100 ms and the longest 5 s, unless `settings` say otherwise.
    explicit Sidecar(const std::string& store = "memory:", const Settings& settings = {}, OpenStore open_store = {});
    ~Sidecar();
    Sidecar(const Sidecar&) = delete;

    HttpClient data() const { return HttpClient(addresses_.listen); }
    HttpClient control() const { return HttpClient(addresses_.control); }

    /// A call on a connection of its own.
    Reply get(std::string_view target, const std::string& token = {}, Fields fields = {});
    Reply set_session(std::string_view body, Fields fields = {});
    Reply call_control(std::string_view method, std::string_view target, std::string_view body = {});

    /// Creates a session and returns its token.
    std::string sign_in(std::string_view body = R"({"userId":"ada"})");

    void advance(core::Milliseconds by) { clock.advance(by); }
    /// Does what SIGTERM does, and waits until the program has begun to stop, but not for the end. Not to be called
    /// when the end may have come.
    void ask_to_stop();
    /// Waits for the end, having asked for it unless a test did that.
    void stop();
    const app::Addresses& addresses() const noexcept { return addresses_; }

    ManualClock clock;
    FixedRandom random;
    LogCapture log;

private:
    TemporaryFolder folder_;
    app::Addresses addresses_;
    std::function<void()> stop_;
    bool is_asked_to_stop_ = false;
    std::promise<void> ready_;
    std::thread thread_;
};

/// The token in a Set-Cookie value.
std::string token_in(std::string_view set_cookie);

/// The public half of a token.
std::string session_id_of(std::string_view token);

}  // namespace sessgate::tests
