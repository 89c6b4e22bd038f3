#pragma once

#include <string_view>

namespace sessgate::http {

/// Which trace a request belongs to, and the span that sent it. Empty where it does not say.
struct Trace {
    std::string_view trace_id;
    std::string_view parent_id;
};

/// From the Traceparent field (W3C Trace Context, 3.2) of a head that `HeadCheck` accepted. A field that is malformed,
/// or comes twice, says nothing. Passes over the whole head: for requests that are logged, not for each.
Trace trace_of(std::string_view head) noexcept;

}  // namespace sessgate::http
