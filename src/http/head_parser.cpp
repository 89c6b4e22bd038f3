#include "http/head_parser.hpp"

#include <utility>

#include "http/characters.hpp"
#include "http/request_target.hpp"

namespace sessgate::http {

namespace {

/// Takes the text in front of `end` off `rest`, and `end` with it. It is there: the head was checked.
std::string_view take_until(std::string_view& rest, char end) noexcept {
    const auto length = rest.find(end);
    const std::string_view taken = rest.substr(0, length);
    rest.remove_prefix(length + 1);
    return taken;
}

/// Takes a line off `rest`, without its CRLF.
std::string_view take_line(std::string_view& rest) noexcept {
    std::string_view line = take_until(rest, '\n');
    line.remove_suffix(1);
    return line;
}

/// Keeps views into the fields we use, and nothing of the others.
class FieldReader {
public:
    FieldReader(std::string_view scope_header, Request& request) noexcept
        : request_(request), scope_header_(scope_header) {}

    void take(std::string_view line) {
        const std::string_view name = take_until(line, ':');
        const std::string_view value = trimmed(line);
        if (is_same_text(name, scope_header_)) keep_unless_repeated(request_.scope, value);
        keep(name, value);
    }

    bool has_repeated_field() const noexcept { return has_repeated_field_; }
    bool closes() const noexcept { return closes_; }
    bool keeps_alive() const noexcept { return keeps_alive_; }

private:
    /// For a field that decides something: the first value, and a refusal of the message at the second.
    void keep_single(std::string_view& kept, std::string_view value) noexcept {
        if (kept.data() != nullptr) has_repeated_field_ = true;
        kept = value;
    }

    /// For a field that is safe to do without: the first value, and none after the second. The empty view that stays
    /// has an address, which keeps a third value out.
    static void keep_unless_repeated(std::string_view& kept, std::string_view value) noexcept {
        kept = kept.data() == nullptr ? value : value.substr(0, 0);
    }

    void keep(std::string_view name, std::string_view value) {
        switch (name.size()) {
            case 6:
                if (is_same_token(name, "cookie")) return request_.cookies.push_back(value);
                if (is_same_token(name, "origin")) keep_single(request_.origin, value);
                return;
            case 10:
                if (is_same_token(name, "connection")) take_connection(value);
                return;
            case 12:
                if (is_same_token(name, "content-type")) keep_single(request_.content_type, value);
                return;
            case 13:
                if (is_same_token(name, "authorization")) keep_single(request_.authorization, value);
                return;
            case 14:
                return keep_fetch_metadata(name, value);
            case 16:
                if (is_same_token(name, "x-forwarded-host")) keep_unless_repeated(request_.x_forwarded_host, value);
                return;
            case 17:
                if (is_same_token(name, "x-forwarded-proto")) keep_unless_repeated(request_.x_forwarded_proto, value);
                return;
            case 18:
                if (is_same_token(name, "x-forwarded-method")) keep_single(request_.x_forwarded_method, value);
                return;
            default:
                return;
        }
    }

    void keep_fetch_metadata(std::string_view name, std::string_view value) noexcept {
        if (is_same_token(name, "sec-fetch-site")) return keep_single(request_.sec_fetch_site, value);
        if (is_same_token(name, "sec-fetch-mode")) return keep_single(request_.sec_fetch_mode, value);
        if (is_same_token(name, "sec-fetch-dest")) return keep_single(request_.sec_fetch_dest, value);
    }

    /// A list of options between commas, of which two mean something to us (RFC 9110, 7.6.1).
    void take_connection(std::string_view value) noexcept {
        while (!value.empty()) {
            const auto comma = value.find(',');
            const std::string_view option = trimmed(value.substr(0, comma));
            value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
            closes_ = closes_ || is_same_text(option, "close");
            keeps_alive_ = keeps_alive_ || is_same_text(option, "keep-alive");
        }
    }

    Request& request_;
    std::string_view scope_header_;
    bool has_repeated_field_ = false;
    bool closes_ = false;
    bool keeps_alive_ = false;
};

void read_request_line(std::string_view line, Request& request) noexcept {
    request.method = take_until(line, ' ');
    request.verb = boost::beast::http::string_to_verb({request.method.data(), request.method.size()});
    request.target = take_until(line, ' ');
    request.version = line.back() == '0' ? 10 : 11;
    const TargetParts parts = split_target(request.target);
    request.path = parts.path;
    request.query = parts.query;
}

/// Empties `request` and keeps the room of its vector.
void clear(Request& request) {
    std::vector<std::string_view> cookies = std::move(request.cookies);
    cookies.clear();
    request = Request{};
    request.cookies = std::move(cookies);
}

}  // namespace

Refusal parse_head(std::string_view head, std::string_view scope_header, Request& request) {
    clear(request);
    request.head = head;
    read_request_line(take_line(head), request);
    FieldReader fields(scope_header, request);
    for (std::string_view line = take_line(head); !line.empty(); line = take_line(head)) fields.take(line);
    if (fields.has_repeated_field()) return {400, "A field that may be there once is there twice."};
    // RFC 9112, 9.3; who says both wants to close.
    request.keep_alive = !fields.closes() && (request.version == 11 || fields.keeps_alive());
    return {};
}

}  // namespace sessgate::http
