#include "http/proxy/answer.hpp"
#include "http/proxy/contract.hpp"

// `forward_auth`: GET, with all of the client's fields (Upgrade among them), the client's query unless `uri` has one of
// its own, and X-Forwarded-Method, -Proto, -Host and -Uri. 2xx allows, and then Set-Cookie goes nowhere unless the
// Caddyfile passes it on; anything else goes to the client as it is.

namespace sessgate::http::proxy::caddy {

Told read(const Request& request, const Fields& fields) {
    return forwarded(request, fields);
}

void write(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    write_answer_or_redirect(exchange, question, verdict);
}

}  // namespace sessgate::http::proxy::caddy
