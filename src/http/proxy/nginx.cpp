#include <algorithm>

#include "http/proxy/answer.hpp"
#include "http/proxy/contract.hpp"

// `auth_request`: a subrequest that tells nothing by itself; deploy/nginx sets X-Original-Method and
// `X-Original-URL: $scheme://$http_host$request_uri`. 2xx allows, 401 and 403 deny, anything else is an error of ours
// that the client sees as 500: a redirect among it, which nginx's own `error_page 401` makes.

namespace sessgate::http::proxy::nginx {

Told read(const Request&, const Fields& fields) {
    Told told{.method = fields.original_method, .scheme = {}, .host = {}, .uri = {}};
    const std::string_view url = fields.original_url;
    const auto separator = url.find("://");
    if (separator == std::string_view::npos) return told;
    const auto host = separator + 3;
    const auto uri = std::min(url.find('/', host), url.size());
    told.scheme = url.substr(0, separator);
    told.host = url.substr(host, uri - host);
    told.uri = url.substr(uri);
    return told;
}

void write(Exchange& exchange, const Question& question, const core::Verdict& verdict) {
    write_answer(exchange, question, verdict);
}

}  // namespace sessgate::http::proxy::nginx
