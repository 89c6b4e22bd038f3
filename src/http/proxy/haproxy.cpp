#include "http/proxy/answer.hpp"
#include "http/proxy/contract.hpp"

// Lua on `core.httpclient` (deploy/haproxy/sessgate.lua), which has the fields X-Forwarded-Method, -Proto, -Host and
// -Uri from the rules before it. The Lua clients that people use join Cookie lines with ", "
// (`Contract::cookie_joint`). What is not 200 goes to the client as the script passes it on.

namespace sessgate::http::proxy::haproxy {

Told read(const Request& request, const Fields& fields) {
    return forwarded(request, fields);
}

void write(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    write_answer_or_redirect(exchange, question, verdict);
}

}  // namespace sessgate::http::proxy::haproxy
