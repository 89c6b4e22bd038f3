#include "http/request_mark.hpp"

#include "http/scope.hpp"
#include "http/trace.hpp"
#include "sessgate/core/token.hpp"

namespace sessgate::http {

service::RequestMark mark_of(const Request& request, std::string_view endpoint) noexcept {
    const std::string_view scope = scope_of(request);
    const Trace trace = trace_of(request.head);
    return {endpoint, core::parse_token(scope) ? std::string_view{} : scope, trace.trace_id, trace.parent_id};
}

}  // namespace sessgate::http
