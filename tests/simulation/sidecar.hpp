#pragma once

#include <deque>

#include "adapters/redis/keys.hpp"
#include "adapters/redis/link.hpp"
#include "adapters/redis/shard_client.hpp"
#include "sessgate/core/record_codec.hpp"
#include "sessgate/service/session_service.hpp"
#include "tests/simulation/network.hpp"
#include "tests/support/fixed_random.hpp"

namespace sessgate::simulation {

struct SidecarSettings {
    std::size_t shards = 2;
    bool near_cache = true;
    service::ServiceConfig service{};
    core::Milliseconds store_deadline{150};
};

/// One process of sessgate from its start to its end, without HTTP: services and their stores on shards, and the
/// invalidation link on a loop of its own, as its monitor's thread runs it.
class Sidecar {
public:
    /// `life`: tells it from all others that ever ran.
    Sidecar(World& world, Network& network, Machine& machine, const SidecarSettings& settings, std::uint64_t life);
    ~Sidecar();

    std::size_t shards() const noexcept { return services_.size(); }
    service::SessionService& service(std::size_t shard) noexcept { return services_[shard]; }
    boost::asio::io_context& context(std::size_t shard) noexcept { return machine_.loops[shard]->context(); }
    Machine& machine() noexcept { return machine_; }
    std::uint64_t life() const noexcept { return life_; }

private:
    class WallAndSteady final : public ports::Clock {
    public:
        WallAndSteady(const World& world, const Machine& machine) noexcept : world_(world), machine_(machine) {}
        core::WallTime wall() const noexcept override {
            return world_.wall() + std::chrono::duration_cast<core::Milliseconds>(machine_.skew);
        }
        core::SteadyTime steady() const noexcept override { return core::SteadyTime::clock::now(); }

    private:
        const World& world_;
        const Machine& machine_;
    };

    class Journal final : public ports::Log {
    public:
        Journal(World& world, const Machine& machine) noexcept : world_(world), machine_(machine) {}
        void write(ports::Level, std::string_view event, std::initializer_list<ports::Field>) noexcept override {
            world_.note(machine_.name, event);
        }

    private:
        World& world_;
        const Machine& machine_;
    };

    void add_shard(Network& network, const SidecarSettings& settings);

    Machine& machine_;
    std::uint64_t life_;
    WallAndSteady clock_;
    Journal log_;
    tests::FixedRandom random_;
    ports::Metrics metrics_{{}};
    std::shared_ptr<adapters::redis::Counts> counts_ = std::make_shared<adapters::redis::Counts>();
    service::StoreLog store_log_{log_, clock_};
    service::Commons commons_{clock_, random_};
    adapters::redis::Keys keys_{"sessgate:"};
    core::RecordCodec codec_;
    adapters::redis::Versions versions_;
    adapters::redis::Notices notices_{log_};
    adapters::redis::Directory directory_;
    adapters::redis::NodePointer node_ = std::make_shared<adapters::redis::Node>();
    std::shared_ptr<adapters::redis::Link> link_;
    std::deque<std::unique_ptr<ports::SessionStore>> stores_;
    std::deque<service::SessionService> services_;
};

}  // namespace sessgate::simulation
