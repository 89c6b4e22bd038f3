#include "http/original_request.hpp"

namespace sessgate::http {

core::OriginalRequest original_request(const Exchange& exchange, std::string& own_origin) {
    const Request& request = exchange.request;
    core::OriginalRequest original{{}, request.sec_fetch_site, request.origin, {}};
    if (!exchange.peer_is_trusted) return original;
    original.method = request.x_forwarded_method;
    if (!request.x_forwarded_proto.empty() && !request.x_forwarded_host.empty()) {
        own_origin.append(request.x_forwarded_proto).append("://").append(request.x_forwarded_host);
        original.own_origin = own_origin;
    }
    return original;
}

}  // namespace sessgate::http
