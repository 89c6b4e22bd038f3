#include "tests/support/sidecar.hpp"

#include <doctest/doctest.h>

#include "app/config_keys.hpp"
#include "app/config_reader.hpp"
#include "app/stores.hpp"

namespace sessgate::tests {
namespace {

app::Config config_of(const Sidecar::Settings& settings) {
    app::ConfigSources sources;
    for (const auto& [key, value] : settings) sources.flags[key] = {value, "test"};
    app::ReadConfig read = app::read_config(sources, app::Reader::server);
    for (const std::string& mistake : read.mistakes) FAIL(mistake);
    return std::move(read.config);
}

}  // namespace

Sidecar::Sidecar(const std::string& store, const Settings& settings, OpenStore open_store) {
    const std::string data = (folder_.path() / "data").string();
    Settings all{{"store.url", store == "lmdb:" ? "lmdb:" + data : store},
                 {"store.deadline", "10s"},
                 {"listen", "127.0.0.1:0"},
                 {"control.listen", "unix:" + (folder_.path() / "control.sock").string()},
                 {"session.active_period", "1s"},
                 {"session.idle_period", "10s"},
                 {"session.absolute_lifetime", "none"},
                 {"session.rotation_grace", "100ms"},
                 {"session.rotation_grace_max", "5s"}};
    all.insert(all.end(), settings.begin(), settings.end());
    if (!open_store) open_store = app::open_store;
    thread_ = std::thread([this, config = config_of(all), open_store] {
        const auto open = [&] { return open_store(config.store, clock, log); };
        bool is_ready = false;
        const auto when_ready = [&](const app::Addresses& addresses, std::function<void()> stop) {
            is_ready = true;
            addresses_ = addresses;
            stop_ = std::move(stop);
            ready_.set_value();
        };
        const auto reread = [&] { return app::RereadConfig{config, {}, {}}; };
        const int code = app::run(config, {clock, random, log, open, reread, when_ready});
        CHECK(code == 0);
        if (!is_ready) ready_.set_exception(std::make_exception_ptr(std::runtime_error("the program did not start")));
    });
    try {
        ready_.get_future().get();
    } catch (...) {
        thread_.join();
        throw;
    }
}

Sidecar::~Sidecar() {
    stop();
}

void Sidecar::ask_to_stop() {
    is_asked_to_stop_ = true;
    stop_();
    log.wait_for("stopping");
}

void Sidecar::stop() {
    if (!thread_.joinable()) return;
    if (!is_asked_to_stop_) ask_to_stop();
    thread_.join();
}

Reply Sidecar::get(std::string_view target, const std::string& token, Fields fields) {
    if (!token.empty()) fields.emplace_back("Cookie", "__Host-session=" + token);
    return data().request("GET", target, fields);
}

Reply Sidecar::set_session(std::string_view body, Fields fields) {
    return data().request("POST", "/set-session", fields, body);
}

Reply Sidecar::call_control(std::string_view method, std::string_view target, std::string_view body) {
    return control().request(method, target, {}, body);
}

std::string Sidecar::sign_in(std::string_view body) {
    const Reply reply = call_control("POST", "/sessions", body);
    REQUIRE_MESSAGE(reply.status == 201, reply.body);
    return reply.json().at("session").at("token").get<std::string>();
}

std::string token_in(std::string_view set_cookie) {
    const auto equals = set_cookie.find('=');
    return std::string(set_cookie.substr(equals + 1, set_cookie.find(';') - equals - 1));
}

std::string session_id_of(std::string_view token) {
    return std::string(token.substr(0, token.find('.')));
}

}  // namespace sessgate::tests
