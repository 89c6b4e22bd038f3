#include "http/proxy/answer.hpp"
#include "http/proxy/contract.hpp"

// ForwardAuth: GET, with X-Forwarded-Method, -Proto, -Host and -Uri, for which Traefik takes no client's word. 2xx
// allows; anything else goes to the client as it is, so a browser can be sent to sign in.

namespace sessgate::http::proxy::traefik {

Told read(const Request& request, const Fields& fields) {
    return forwarded(request, fields);
}

void write(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    // Traefik resolves a Location against the URL that it asked, which is ours.
    write_answer_or_redirect(exchange, question, verdict, LocationForm::with_host);
}

}  // namespace sessgate::http::proxy::traefik
