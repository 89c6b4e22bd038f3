#pragma once

#include "http/proxy/contract.hpp"

namespace sessgate::http::proxy {

// What the contracts read and write their messages with. Every answer has an empty body, the whole set of identity
// fields, and one Set-Cookie at most.

/// From X-Forwarded-Method, -Proto, -Host and -Uri.
Told forwarded(const Request& request, const Fields& fields) noexcept;

/// 200, 401, 403 or 503.
void write_answer(Exchange& exchange, const Question& question, const core::Verdict& verdict);

enum class LocationForm {
    as_set,    ///< a path stays a path
    with_host  ///< a path gets the browser's own scheme and host
};

/// The same; but where `authz.login_url` is set, a browser's navigation that would be told 401 is sent there.
void write_answer_or_redirect(Exchange& exchange, const Question& question, const core::Verdict& verdict,
                              LocationForm form = LocationForm::as_set);

/// 200 always, with what was found out in X-Session-State and X-Session-Reason.
void write_optional(Exchange& exchange, const Question& question, const core::Verdict& verdict);

/// 403: a field of the request imitates one of ours.
void write_malformed(Exchange& exchange);

/// 503 with `reason`: the proxy itself may not ask; 200 where everybody is let through.
void write_refused_caller(Exchange& exchange, std::string_view reason, bool is_optional);

/// 200 without a session, for a CORS preflight, which never carries a cookie.
void write_preflight(Exchange& exchange);

}  // namespace sessgate::http::proxy
