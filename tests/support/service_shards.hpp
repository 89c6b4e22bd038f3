#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>

#include "sessgate/service/session_service.hpp"
#include "tests/support/fixed_random.hpp"
#include "tests/support/log_capture.hpp"
#include "tests/support/manual_clock.hpp"

namespace sessgate::tests {

/// The services of a few shards, without the HTTP and the threads around them.
class ServiceShards {
public:
    ServiceShards() = default;

    /// One more shard, on `context` and `store`; both stay until this is gone.
    service::SessionService& add(boost::asio::io_context& context, ports::SessionStore& store,
                                 const service::ServiceConfig& config = {}) {
        const service::SessionService::Parts parts{
            context.get_executor(), *commons_, store, clock, random, store_log, metrics};
        return services_.emplace_back(parts, config);
    }

    ManualClock clock;
    FixedRandom random;
    LogCapture log;
    service::StoreLog store_log{log, clock};
    ports::Metrics metrics{{}};  ///< of all of them

private:
    std::unique_ptr<service::Commons> commons_ = std::make_unique<service::Commons>(clock, random);
    std::deque<service::SessionService> services_;
};

}  // namespace sessgate::tests
