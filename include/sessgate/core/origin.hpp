#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sessgate::core {

enum class OriginCheck {
    when_told,  ///< an original method that the caller does not give is not checked
    strict,     ///< a request whose original method the caller does not give is denied
    off,
};

struct OriginPolicy {
    OriginCheck check = OriginCheck::when_told;
    /// Origins that may send unsafe requests, each as `scheme://host[:port]` in lower case without a default port.
    std::vector<std::string> allowed{};

    bool operator==(const OriginPolicy&) const = default;
};

/// What is known about the browser's own request. Empty views were not given.
struct OriginalRequest {
    std::string_view method;
    std::string_view sec_fetch_site;
    std::string_view origin;
    std::string_view own_origin;  ///< the request's own `scheme://host[:port]`, only when a trusted proxy says so
};

/// False when the browser's request may change something and comes, or may come, from a page that is not ours:
/// `Sec-Fetch-Site` decides first, then `Origin` against the exact list and the request's own host.
bool is_trusted_origin(const OriginalRequest& request, const OriginPolicy& policy);

/// `text` in the one spelling that comparisons use (RFC 6454, 6.2): lower case, no default port. Nullopt for `null` and
/// for anything that is not an origin.
std::optional<std::string> normal_origin(std::string_view text);

}  // namespace sessgate::core
