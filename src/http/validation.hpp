#pragma once

#include "http/exchange.hpp"

namespace sessgate::http {

/// What the service says about the credential of a browser's request: the one call of every endpoint that is asked
/// whose session it is. No coroutine of its own, which would cost a frame on the hot path.
inline ports::Task<core::Verdict> validated(Exchange& exchange, const service::Credential& credential, bool renew) {
    return exchange.context.sessions.validate(credential, renew);
}

}  // namespace sessgate::http
