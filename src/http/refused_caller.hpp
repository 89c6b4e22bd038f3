#pragma once

#include "http/exchange.hpp"

namespace sessgate::http {

// Callers of the data port that get no answer to what they ask. Under /authz they are told what a proxy takes for "ask
// again": it is the proxy that is refused, and no browser must be taken for signed out because of that.

/// 429: the peer asks more often than `http.rate_max`.
void write_too_fast(Exchange& exchange);

/// 401: the request carries none of the tokens in `http.token_file`.
void write_token_needed(Exchange& exchange);

}  // namespace sessgate::http
