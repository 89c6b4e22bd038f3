#include "http/credentials.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

namespace sessgate::http {
namespace {

void add(service::Credential& credential, const core::TokenForms& forms, std::string_view value) {
    const auto token = forms.read(value);
    if (!token) {
        credential.absence = core::Reason::malformed;
        return;
    }
    service::Tokens& tokens = credential.tokens;
    const bool is_new = std::find(tokens.begin(), tokens.end(), *token) == tokens.end();
    if (is_new && tokens.size() < service::tokens_max) tokens.push_back(*token);
}

void add_values(service::Credential& credential, std::string_view line, const HttpConfig& config) {
    for (const core::CookieConfig& cookie : config.cookies) {
        core::each_cookie_value(line, cookie.name,
                                [&](std::string_view value) { add(credential, config.tokens, value); });
    }
}

/// Where the first of several lines ends that were joined into `line`.
std::size_t end_of_line(std::string_view line, std::string_view joint) noexcept {
    return joint.empty() ? std::string_view::npos : line.find(joint);
}

}  // namespace

std::string_view bearer_of(std::string_view authorization) noexcept {
    constexpr std::string_view scheme = "Bearer ";
    if (!boost::beast::iequals(authorization.substr(0, scheme.size()), scheme)) return {};
    authorization.remove_prefix(scheme.size());
    const auto start = authorization.find_first_not_of(' ');
    return start == std::string_view::npos ? std::string_view{} : authorization.substr(start);
}

std::string_view lone_cookie_of(const Request& request, std::span<const core::CookieConfig> cookies) noexcept {
    if (!request.authorization.empty() || cookies.size() != 1 || request.cookies.size() != 1) return {};
    std::string_view lone;
    std::size_t count = 0;
    core::each_cookie_value(request.cookies.front(), cookies.front().name, [&](std::string_view value) {
        lone = value;
        ++count;
    });
    return count == 1 ? lone : std::string_view{};
}

bool is_joined(std::string_view line, std::string_view joint) noexcept {
    return end_of_line(line, joint) != std::string_view::npos;
}

service::Credential credential_of(const Request& request, const HttpConfig& config, std::string_view joint) {
    service::Credential credential;
    if (const auto token = config.tokens.read(bearer_of(request.authorization))) {
        credential.tokens.push_back(*token);
        credential.is_bearer = true;
        return credential;
    }
    for (std::string_view line : request.cookies) {
        for (auto end = end_of_line(line, joint); end != std::string_view::npos; end = end_of_line(line, joint)) {
            add_values(credential, line.substr(0, end), config);
            line.remove_prefix(end + joint.size());
        }
        add_values(credential, line, config);
    }
    return credential;
}

}  // namespace sessgate::http
