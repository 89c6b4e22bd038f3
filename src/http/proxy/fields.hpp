#pragma once

#include <string_view>

namespace sessgate::http::proxy {

/// The fields of a request that only `/authz` looks at. Found by a second pass over the head, so that no other endpoint
/// pays for them. A field that was not sent, or was sent several times, is empty.
struct Fields {
    std::string_view original_method;   ///< X-Original-Method
    std::string_view original_url;      ///< X-Original-URL
    std::string_view forwarded_uri;     ///< X-Forwarded-Uri
    std::string_view host;              ///< Host
    std::string_view preflight_method;  ///< Access-Control-Request-Method
    bool accepts_html = false;          ///< Accept names text/html

    /// A field's name is one that some backends take for one of our identity fields: CGI and its heirs turn
    /// `X-Session-User`, `X-Session_User` and `X.Session.User` into one variable. Or a field that says the original
    /// method is there twice.
    bool is_malformed = false;
};

/// `head`: a whole head that `HeadCheck` accepted.
Fields read_fields(std::string_view head) noexcept;

}  // namespace sessgate::http::proxy
