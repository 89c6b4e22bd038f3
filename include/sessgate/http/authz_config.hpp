#pragma once

#include <string>
#include <vector>

namespace sessgate::http {

/// An attribute that `/authz` passes on to the backend in a field of its own.
struct AttributeHeader {
    enum class Source { session, user };

    std::string name;  ///< begins with `X-Session-Attr-`
    Source source = Source::user;
    std::string member;  ///< the attribute: a member of the attributes' object
    bool operator==(const AttributeHeader&) const = default;
};

/// What `/authz` was told by the settings.
struct AuthzConfig {
    std::vector<AttributeHeader> headers{};
    std::string login_url{};  ///< where a browser without a session is sent; empty: it is told 401
    /// Origins that the sign-in page may send the browser back to, spelt as `core::normal_origin` does.
    std::vector<std::string> return_allow{};
    bool allows_preflight = false;  ///< a CORS preflight needs no session
    bool operator==(const AuthzConfig&) const = default;
};

}  // namespace sessgate::http
