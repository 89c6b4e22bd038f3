#include "http/head_reader.hpp"

#include <utility>

#include "http/characters.hpp"
#include "http/request_target.hpp"

namespace sessgate::http {
namespace {

/// Empties `request` and keeps the room of its vector.
void clear(Request& request) noexcept {
    std::vector<std::string_view> cookies = std::move(request.cookies);
    cookies.clear();
    request = Request{};
    request.cookies = std::move(cookies);
}

/// For a field that is safe to do without: the first value, and none after the second. The empty view that stays has an
/// address, which keeps a third value out.
void keep_unless_repeated(std::string_view& kept, std::string_view value) noexcept {
    kept = kept.data() == nullptr ? value : value.substr(0, 0);
}

boost::beast::http::verb verb_of(std::string_view method) noexcept {
    if (method == "GET") return boost::beast::http::verb::get;
    return boost::beast::http::string_to_verb({method.data(), method.size()});
}

}  // namespace

HeadReader::HeadReader(std::string_view scope_header, Request& request) noexcept
    : request_(request), scope_header_(scope_header) {
    clear(request);
}

void HeadReader::take_request_line(std::string_view method, std::string_view target, int version) noexcept {
    request_.method = method;
    request_.verb = verb_of(method);
    request_.target = target;
    request_.version = version;
    const TargetParts parts = split_target(target);
    request_.path = parts.path;
    request_.query = parts.query;
}

void HeadReader::take_field(std::string_view name, std::string_view rest) {
    if (is_same_text(name, scope_header_)) keep_unless_repeated(request_.scope, trimmed(rest));
    keep(name, rest);
}

Refusal HeadReader::finish() noexcept {
    if (has_repeated_field_) return {400, "A field that may be there once is there twice."};
    // RFC 9112, 9.3; who says both wants to close.
    request_.keep_alive = !closes_ && (request_.version == 11 || keeps_alive_);
    return {};
}

/// For a field that decides something: the first value, and a refusal of the message at the second.
void HeadReader::keep_single(std::string_view& kept, std::string_view value) noexcept {
    if (kept.data() != nullptr) has_repeated_field_ = true;
    kept = value;
}

void HeadReader::keep(std::string_view name, std::string_view rest) {
    const auto value = [&] { return trimmed(rest); };
    switch (name.size()) {
        case 6:
            if (is_same_token(name, "cookie")) return request_.cookies.push_back(value());
            if (is_same_token(name, "origin")) keep_single(request_.origin, value());
            return;
        case 10:
            if (is_same_token(name, "connection")) take_connection(value());
            return;
        case 12:
            if (is_same_token(name, "content-type")) keep_single(request_.content_type, value());
            return;
        case 13:
            if (is_same_token(name, "authorization")) keep_single(request_.authorization, value());
            return;
        case 14:
            return keep_fetch_metadata(name, value());
        case 16:
            if (is_same_token(name, "x-forwarded-host")) keep_unless_repeated(request_.x_forwarded_host, value());
            return;
        case 17:
            if (is_same_token(name, "x-forwarded-proto")) keep_unless_repeated(request_.x_forwarded_proto, value());
            return;
        case 18:
            if (is_same_token(name, "x-forwarded-method")) keep_single(request_.x_forwarded_method, value());
            return;
        default:
            return;
    }
}

void HeadReader::keep_fetch_metadata(std::string_view name, std::string_view value) noexcept {
    if (is_same_token(name, "sec-fetch-site")) return keep_single(request_.sec_fetch_site, value);
    if (is_same_token(name, "sec-fetch-mode")) return keep_single(request_.sec_fetch_mode, value);
    if (is_same_token(name, "sec-fetch-dest")) return keep_single(request_.sec_fetch_dest, value);
}

/// A list of options between commas, of which two mean something to us (RFC 9110, 7.6.1).
void HeadReader::take_connection(std::string_view value) noexcept {
    while (!value.empty()) {
        const auto comma = value.find(',');
        const std::string_view option = trimmed(value.substr(0, comma));
        value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
        closes_ = closes_ || is_same_text(option, "close");
        keeps_alive_ = keeps_alive_ || is_same_text(option, "keep-alive");
    }
}

}  // namespace sessgate::http
