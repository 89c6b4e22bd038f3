#include "sessgate/app/run.hpp"

#include <boost/asio/post.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/listening.hpp"
#include "app/process.hpp"
#include "app/reloading.hpp"
#include "app/service_manager.hpp"
#include "app/shards.hpp"
#include "app/spdlog_log.hpp"
#include "app/start.hpp"
#include "app/stopping.hpp"
#include "app/stores.hpp"
#include "sessgate/adapters/system.hpp"

namespace sessgate::app {
namespace {

namespace fs = std::filesystem;

int refuse(const std::string& reason) {
    std::fprintf(stderr, "sessgate: %s\n", reason.c_str());
    return 1;
}

/// Written beside and renamed, so that whoever waits for the file never reads half of it.
std::string write_ports_file(const fs::path& path, const Addresses& addresses) {
    const fs::path unfinished = path.string() + ".new";
    std::ofstream file(unfinished);
    file << nlohmann::json{{"listen", addresses.listen}, {"control", addresses.control}} << '\n';
    file.close();
    std::error_code error;
    if (file) fs::rename(unfinished, path, error);
    if (file && !error) return {};
    fs::remove(unfinished, error);
    return "cannot write " + path.string();
}

Addresses addresses_of(const http::Listener& data, const http::Listener& control) {
    return {to_text(address_of(data.local_endpoint())), to_text(address_of(control.local_endpoint()))};
}

}  // namespace

int run(const Config& config, const Surroundings& surroundings) {
    const http::HttpConfig http_config = http_config_of(config);
    const auto commons = std::make_unique<service::Commons>(surroundings.clock, surroundings.random);
    service::StoreLog store_log(surroundings.log, surroundings.clock);
    http::ServerState state(config.threads, name_of(config.store.kind));
    EventLoops loops = make_event_loops(config.threads);
    Start start(config, surroundings);
    if (const std::string mistake = start.prepare(loops.front()); !mistake.empty()) return refuse(mistake);

    state.store_state = [&store = *start.store] { return store.state(); };
    Shards shards(loops, {config, http_config, surroundings, *commons, store_log, state}, *start.store);
    http::Listener data(std::move(*start.data), shards.servers(), http::Port::data, surroundings.log);
    http::Listener control(std::move(*start.control), shards.servers(), http::Port::control, surroundings.log);
    const Reloading reloading(config, surroundings, shards, *start.store, *commons, state);
    Stopping stopping(shards, state, {&data, &control}, config.drain, surroundings);
    data.start();
    control.start();

    const Addresses addresses = addresses_of(data, control);
    if (config.ports_file) {
        if (const std::string mistake = write_ports_file(*config.ports_file, addresses); !mistake.empty()) {
            data.stop();
            control.stop();
            return refuse(mistake);
        }
    }
    surroundings.log.write(ports::Level::info, "ready", {{"listen", addresses.listen}, {"control", addresses.control}});
    surroundings.when_ready(addresses, [&] { boost::asio::post(loops.front(), [&] { stopping.stop(); }); });
    shards.run();
    surroundings.log.write(ports::Level::info, "stopped");
    return 0;
}

int run(const Config& config, std::function<RereadConfig()> reread_config) {
    adapters::SystemClock clock;
    adapters::SystemRandom random;
    SpdlogLog log(config.log);
    outlive_log_reader();
    keep_memory_private();
    Config possible = config;
    possible.http.connections_max = connections_within_limit(config.http.connections_max, config.threads, log);
    const auto inherited = inherited_sockets();
    if (!inherited) return refuse(inherited.error());
    const auto open = [&] { return open_store(config.store, clock, log); };
    const auto when_ready = [&](const Addresses&, const std::function<void()>&) { tell_service_manager("READY=1"); };
    const auto when_stopping = [&] { tell_service_manager("STOPPING=1"); };
    return run(possible, {clock, random, log, open, std::move(reread_config), when_ready, *inherited, when_stopping});
}

}  // namespace sessgate::app
