#include "app/bench/sessions.hpp"

#include <atomic>
#include <latch>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/control_client.hpp"

namespace sessgate::app::bench {
namespace {

using boost::system::in_place_error;

/// Calls at a time: enough to let an embedded store take many into one write to the disk.
constexpr std::size_t together = 32;

constexpr unsigned created = 201;
constexpr auto tell_every = std::chrono::milliseconds(100);

struct NewSession {
    std::string token;
    std::string set_cookie;
};

boost::system::result<NewSession, std::string> create_session(const ControlConfig& control, std::size_t number) {
    const nlohmann::json wanted{{"userId", "bench-" + std::to_string(number)}, {"absoluteLifetime", "1h"}};
    const auto outcome = ask(control, {"POST", "/sessions", wanted.dump()});
    if (const auto* none = std::get_if<NoAnswer>(&outcome)) return {in_place_error, none->why};
    const auto& answer = std::get<ControlAnswer>(outcome);
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (answer.status == created) return NewSession{body.at("session").at("token"), body.at("setCookie").at(0)};
    const std::string detail = body.is_object() ? body.value("detail", "") : "";
    return {in_place_error, "a session could not be created: status " + std::to_string(answer.status) + " " + detail};
}

/// The creation of them all, of which each thread does what is next.
class Creation {
public:
    Creation(const ControlConfig& control, std::size_t count) : control_(control), next_(0), done_(0) {
        sessions_.tokens.resize(count);
    }

    boost::system::result<NewSessions, std::string> run(const std::function<void(std::size_t)>& tell) {
        std::latch working(together);
        std::vector<std::jthread> threads;
        threads.reserve(together);
        for (std::size_t i = 0; i < together; ++i) {
            threads.emplace_back([&] {
                work();
                working.count_down();
            });
        }
        while (!working.try_wait()) {
            tell(done_);
            std::this_thread::sleep_for(tell_every);
        }
        tell(done_);
        if (!mistake_.empty()) return mistake_;
        return std::move(sessions_);
    }

private:
    void work() {
        for (std::size_t i = next_++; i < sessions_.tokens.size(); i = next_++) {
            const auto session = create_session(control_, i);
            if (!session) return fail(session.error());
            sessions_.tokens[i] = session->token;
            if (i == 0) sessions_.cookie_name = name_in(session->set_cookie);
            ++done_;
        }
    }

    static std::string name_in(const std::string& set_cookie) { return set_cookie.substr(0, set_cookie.find('=')); }

    void fail(const std::string& mistake) {
        const std::lock_guard lock(mutex_);
        mistake_ = mistake;
        next_ = sessions_.tokens.size();
    }

    const ControlConfig& control_;
    std::atomic<std::size_t> next_;
    std::atomic<std::size_t> done_;
    NewSessions sessions_;
    std::mutex mutex_;
    std::string mistake_;
};

}  // namespace

boost::system::result<NewSessions, std::string> create_sessions(const ControlConfig& control, std::size_t count,
                                                                const std::function<void(std::size_t)>& tell) {
    return Creation(control, count).run(tell);
}

}  // namespace sessgate::app::bench
