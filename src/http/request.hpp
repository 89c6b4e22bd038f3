#pragma once

#include <boost/beast/http/verb.hpp>
#include <ostream>  // which Beast's verb.hpp needs and does not include
#include <string_view>
#include <vector>

namespace sessgate::http {

/// One request as it stands in the connection's buffer: every view points into that buffer and is good until the
/// bytes of the message are given up or moved. A view is empty when its field was not sent, or was sent empty.
///
/// Reused from message to message, so that the vector keeps its room. Fields we do not use are not kept at all.
struct Request {
    std::string_view head;    ///< all of it, from the request line to the blank line
    std::string_view method;  ///< the token as sent; case counts (RFC 9110, 9.1)
    boost::beast::http::verb verb = boost::beast::http::verb::unknown;

    std::string_view target;  ///< as sent
    /// The target without authority and query, not decoded: begins with `/`; `*` for the asterisk form; empty for the
    /// authority form of CONNECT.
    std::string_view path;
    std::string_view query;  ///< what follows the first `?`, not decoded

    int version = 11;         ///< 11 or 10
    bool keep_alive = false;  ///< what the client asks for: RFC 9112, 9.3

    std::vector<std::string_view> cookies;  ///< the Cookie lines in order; clients may send several

    // A message that repeats one of these is refused: whichever of the two we took, the proxy before us might have
    // judged the other.
    std::string_view authorization;
    std::string_view content_type;
    std::string_view origin;
    std::string_view sec_fetch_site;
    std::string_view sec_fetch_mode;
    std::string_view sec_fetch_dest;
    std::string_view x_forwarded_method;

    // Repeated, these count as not given, which trusts less: without them no own host is trusted and no memo is used.
    std::string_view x_forwarded_host;
    std::string_view x_forwarded_proto;
    std::string_view scope;  ///< of the field that `scope.header` names; whether it is one is `core::is_scope`'s to say

    std::string_view body;  ///< whole and without its chunk framing
};

}  // namespace sessgate::http
