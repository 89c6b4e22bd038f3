#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <optional>

#include "sessgate/core/token.hpp"
#include "sessgate/service/patience.hpp"
#include "sessgate/service/scope_key.hpp"
#include "sessgate/service/session_flights.hpp"

namespace sessgate::service {

/// A read to decide on before another one is made.
struct FirstRead {
    SessionFlight::Result read{};  ///< null: there is none yet
    std::uint64_t begun = 0;       ///< reads with a higher number began after the request
    std::uint64_t changes = 0;     ///< of the session's bucket, from before a read that was made ahead
};

/// What was read for a request ahead of its validation.
struct ReadAhead {
    core::Token token;              ///< the only one that was presented
    std::optional<ScopeKey> scope;  ///< of the verdict that its scope remembers; none: the request named no scope
    Patience patience;              ///< the request's, from before the read
    FirstRead first{};
};

/// Whoever waits for that. Kept until it is told, or until the event loop ends. The shard's thread only.
class ReadWatcher : public boost::intrusive_ref_counter<ReadWatcher, boost::thread_unsafe_counter> {
public:
    virtual ~ReadWatcher() = default;
    virtual void has_read(ReadAhead ahead) = 0;
};

}  // namespace sessgate::service
