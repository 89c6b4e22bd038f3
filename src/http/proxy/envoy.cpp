#include "http/proxy/answer.hpp"
#include "http/proxy/contract.hpp"

// `ext_authz` over HTTP: the browser's own method, Host, path and query behind our path; X-Forwarded-Proto where
// `allowed_headers` lets it through. 200 and nothing else allows; 5xx is an error, answered with `status_on_error`;
// anything else goes to the client.

namespace sessgate::http::proxy::envoy {

Told read(const Request& request, const Fields& fields) {
    return {.method = request.method, .scheme = request.x_forwarded_proto, .host = fields.host, .uri = {}};
}

void write(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    write_answer(exchange, question, verdict);
}

}  // namespace sessgate::http::proxy::envoy
