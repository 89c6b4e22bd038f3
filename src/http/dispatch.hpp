#pragma once

#include "http/exchange.hpp"
#include "sessgate/ports/async.hpp"

namespace sessgate::http {

/// Fills the exchange's response: from the endpoint of this port that the request names, or with the problem that there
/// is none (404, 405, 501) or that the port wants a token (401).
ports::Task<void> dispatch(Exchange& exchange, Port port);

/// The same for what can be answered from memory, or from what was read ahead, and without the cost of a coroutine.
/// False: nothing was written.
bool dispatch_at_once(Exchange& exchange, Port port);

/// Reads ahead what the answer most likely needs. False: nothing was begun.
bool begin_read(Exchange& exchange, Port port, boost::intrusive_ptr<service::ReadWatcher> watcher);

}  // namespace sessgate::http
