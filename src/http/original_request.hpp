#pragma once

#include "http/exchange.hpp"
#include "sessgate/core/origin.hpp"

namespace sessgate::http {

/// The browser's own request as the caller tells it. Forwarded fields count only from a trusted peer; from others the
/// original method and host are not known. `own_origin` keeps the text that the result points to.
core::OriginalRequest original_request(const Exchange& exchange, std::string& own_origin);

}  // namespace sessgate::http
