#pragma once

#include <string_view>

#include "http/exchange.hpp"
#include "sessgate/core/result.hpp"

namespace sessgate::http {

/// Makes `response` a problem document (RFC 9457). `code` is stable, for programs; `detail` is a sentence for people
/// and says what to do. Fields that were set stay.
void write_problem(Response& response, int status, std::string_view code, std::string_view detail);

/// 503 with Retry-After: the store could not be asked, or did not answer. Says nothing about any session.
void write_unavailable(Exchange& exchange, core::Errc error);

/// The problem for a message that cannot be read; the connection closes after it.
void write_refusal(Response& response, int status, std::string_view why);

}  // namespace sessgate::http
