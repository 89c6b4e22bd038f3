#include "http/request_target.hpp"

#include "http/characters.hpp"
#include "http/host.hpp"

namespace sessgate::http {

namespace {

/// What follows `http://` or `https://`; empty when the target begins with neither.
std::string_view after_scheme(std::string_view target) noexcept {
    const auto colon = target.find("://");
    if (colon == std::string_view::npos) return {};
    const std::string_view scheme = target.substr(0, colon);
    if (!is_all(character::token, scheme)) return {};
    if (!is_same_token(scheme, "http") && !is_same_token(scheme, "https")) return {};
    return target.substr(colon + 3);
}

bool is_absolute_form(std::string_view target) noexcept {
    const std::string_view rest = after_scheme(target);
    return is_host(rest.substr(0, rest.find_first_of("/?")));
}

}  // namespace

bool is_target_for(std::string_view method, std::string_view target) noexcept {
    if (method == "CONNECT") return is_host_with_port(target);
    if (target.front() == '/') return true;
    if (target == "*") return method == "OPTIONS";
    return is_absolute_form(target);
}

TargetParts split_target(std::string_view target) noexcept {
    std::string_view rest = target;
    if (target.front() != '/' && target != "*") {
        rest = after_scheme(target);
        if (rest.empty()) return {};
        const auto authority_end = rest.find_first_of("/?");
        rest = authority_end == std::string_view::npos ? std::string_view{} : rest.substr(authority_end);
    }
    const auto question = rest.find('?');
    TargetParts parts{rest.substr(0, question), {}};
    if (question != std::string_view::npos) parts.query = rest.substr(question + 1);
    // RFC 3986, 6.2.3: an empty path behind an authority means the root.
    if (parts.path.empty()) parts.path = "/";
    return parts;
}

}  // namespace sessgate::http
