#include "app/reloading.hpp"

#include <boost/asio/post.hpp>
#include <csignal>

namespace sessgate::app {

namespace asio = boost::asio;

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
    return list;
}

}  // namespace

Reloading::Reloading(const Config& config, const Surroundings& surroundings, Shards& shards, StoreHandle& store,
                     service::Commons& commons, http::ServerState& state)
    : config_(config),
      surroundings_(surroundings),
      shards_(shards),
      store_(store),
      commons_(commons),
      signals_(shards.first(), SIGHUP) {
    state.reload = [this](http::ReloadDone done) { reload(std::move(done)); };
    wait_for_signal();
}

Reloading::~Reloading() {
    reader_.join();
}

void Reloading::wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (error) return;
        reload([](const http::ReloadOutcome&) {});
        wait_for_signal();
    });
}

void Reloading::reload(http::ReloadDone done) {
    asio::post(reader_, [this, done = std::move(done)] {
        auto read = std::make_shared<const RereadConfig>(this->read());
        asio::post(shards_.first(), [this, read, done] { apply(*read, done); });
    });
}

RereadConfig Reloading::read() const noexcept {
    try {
        return surroundings_.reread_config();
    } catch (const std::exception& exception) {
        return {Config{}, {exception.what()}, {}};
    }
}

void Reloading::apply(const RereadConfig& read, const http::ReloadDone& done) {
    const http::ReloadOutcome outcome{read.mistakes, read.need_restart};
    if (!outcome.mistakes.empty()) {
        refuse(outcome);
        return done(outcome);
    }
    // Verdicts that rest on a key which was taken out must not be given again, nor reads under way be joined.
    if (store_.replace_record_keys(read.config.store.record_keys)) commons_.changes.raise_all();
    auto changed = std::make_shared<http::HttpConfig>(http_config_of(read.config));
    // Lucia's sessions are known by ids that are made with the keys of the start.
    changed->tokens = http_config_of(config_).tokens;
    changed->connections_max = config_.http.connections_max;  // what this process was found to have room for
    shards_.change(std::move(changed), [this, outcome, done] {
        surroundings_.log.write(ports::Level::info, "reloaded", {{"need_restart", joined(outcome.need_restart)}});
        done(outcome);
    });
}

void Reloading::refuse(const http::ReloadOutcome& outcome) {
    for (const std::string& mistake : outcome.mistakes) {
        surroundings_.log.write(ports::Level::error, "reload_refused", {{"mistake", mistake}});
    }
}

}  // namespace sessgate::app
