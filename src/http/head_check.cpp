#include "http/head_check.hpp"

#include <algorithm>

#include "http/characters.hpp"
#include "http/host.hpp"
#include "http/line_scan.hpp"
#include "http/request_target.hpp"

namespace sessgate::http {

namespace {

constexpr int bad_request = 400;
constexpr int head_too_large = 431;
constexpr int not_implemented = 501;
constexpr int version_not_supported = 505;

// So many digits fit into 64 bits whatever they are.
constexpr std::size_t length_digits_max = 19;

/// A value without the one space that is usual before it. Content-Length and Transfer-Encoding may have no other space
/// around them: RFC 9112 allows it, no client writes it, and it is how one server is made to overlook them.
std::string_view without_usual_space(std::string_view rest) noexcept {
    if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    return rest;
}

/// Tokens with commas between them; empty elements count as nothing (RFC 9110, 5.6.1.2).
bool is_token_list(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        const std::string_view element = trimmed(text.substr(0, comma));
        if (!element.empty() && !is_all(character::token, element)) return false;
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return true;
}

}  // namespace

HeadCheck::State HeadCheck::check(std::string_view bytes, HeadReader* reader) {
    const char* const start = bytes.data();
    const char* const end = start + std::min(bytes.size(), limit_);
    for (;;) {
        const char* const at = end_of_text(start, start + scanned_, end);
        scanned_ = static_cast<std::size_t>(at - start);
        if (end - at < 2 && (at == end || *at == '\r')) return out_of_bytes(bytes.size());
        if (*at != '\r' || at[1] != '\n') {
            refuse(bad_request, "The head holds a control character, or a line that does not end in CRLF.");
            return State::refused;
        }
        const std::string_view line(start + line_, scanned_ - line_);
        scanned_ += 2;
        line_ = scanned_;
        if (!check_line(line, reader)) return State::refused;
        if (is_complete_) return State::complete;
    }
}

HeadCheck::State HeadCheck::out_of_bytes(std::size_t size) noexcept {
    if (size < limit_) return State::incomplete;
    refuse(head_too_large, "The head is larger than http.head_limit allows.");
    return State::refused;
}

bool HeadCheck::refuse(int status, std::string_view why) noexcept {
    refusal_ = Refusal{status, why};
    return false;
}

bool HeadCheck::check_line(std::string_view line, HeadReader* reader) {
    if (has_request_line_) return line.empty() ? check_whole() : check_field(line, reader);
    if (!line.empty()) {
        has_request_line_ = true;
        return check_request_line(line, reader);
    }
    // RFC 9112, 2.2: one empty line, as old clients send it behind a body, is to be ignored; more is no client's habit.
    if (begin_ != 0) return refuse(bad_request, "More than one empty line stands before the request line.");
    begin_ = line_;
    return true;
}

bool HeadCheck::check_request_line(std::string_view line, HeadReader* reader) noexcept {
    RequestLine parts;
    if (!split_request_line(line, parts)) return false;
    is_version_10_ = parts.is_version_10;
    if (reader) {
        reader->take_request_line(line.substr(0, parts.method_size),
                                  line.substr(parts.method_size + 1, parts.target_size), is_version_10_ ? 10 : 11);
    }
    return true;
}

bool HeadCheck::split_request_line(std::string_view line, RequestLine& parts) noexcept {
    if (known_ && known_->request_line.is(line)) {
        parts = known_->parts;
        return true;
    }
    if (!judge_request_line(line, parts)) return false;
    if (known_ && known_->request_line.keep(line)) known_->parts = parts;
    return true;
}

bool HeadCheck::judge_request_line(std::string_view line, RequestLine& parts) noexcept {
    parts.method_size = skip(character::token, line);
    if (parts.method_size == 0 || !line.substr(parts.method_size).starts_with(' ')) {
        return refuse(bad_request, "The request line does not begin with a method and one space.");
    }
    const std::string_view rest = line.substr(parts.method_size + 1);
    parts.target_size = skip(character::target, rest);
    if (parts.target_size == 0 || !rest.substr(parts.target_size).starts_with(' ')) {
        return refuse(bad_request, "The request line does not hold a target of plain characters and one space.");
    }
    if (!is_target_for(line.substr(0, parts.method_size), rest.substr(0, parts.target_size))) {
        return refuse(bad_request, "The request target does not have the form that goes with the method.");
    }
    if (!check_version(rest.substr(parts.target_size + 1))) return false;
    parts.is_version_10 = is_version_10_;
    return true;
}

bool HeadCheck::check_version(std::string_view version) noexcept {
    if (version == "HTTP/1.1") return true;
    is_version_10_ = version == "HTTP/1.0";
    if (is_version_10_) return true;

    const bool is_well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                                is_in(character::digit, version[5]) && version[6] == '.' &&
                                is_in(character::digit, version[7]);
    if (!is_well_formed) return refuse(bad_request, "The request line does not end in an HTTP version.");
    return refuse(version_not_supported, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
}

bool HeadCheck::check_field(std::string_view line, HeadReader* reader) {
    const std::size_t name_size = skip(character::token, line, plain_name_size(line));
    // A folded line, a space before the colon and a line without colon all end here.
    if (name_size == 0 || !line.substr(name_size).starts_with(':')) {
        return refuse(bad_request, "A line of the head is not a field name with a colon behind it.");
    }
    const std::string_view name = line.substr(0, name_size);
    const std::string_view rest = line.substr(name_size + 1);
    if (!check_known_field(name, rest)) return false;
    if (reader) reader->take_field(name, rest);
    return true;
}

bool HeadCheck::check_known_field(std::string_view name, std::string_view rest) noexcept {
    switch (name.size()) {
        case 4:
            return !is_same_token(name, "host") || check_host(rest);
        case 6:
            if (!is_version_10_ && is_same_token(name, "expect") && is_same_text(trimmed(rest), "100-continue")) {
                framing_.expect_continue = true;
            }
            return true;
        case 10:
        case 16:
            if (!is_same_token(name, "connection") && !is_same_token(name, "proxy-connection")) return true;
            return is_token_list(rest) || refuse(bad_request, "Connection is not a list of tokens.");
        case 14:
            return !is_same_token(name, "content-length") || check_length(rest);
        case 17:
            return !is_same_token(name, "transfer-encoding") || check_coding(rest);
        default:
            return true;
    }
}

bool HeadCheck::check_host(std::string_view rest) noexcept {
    if (has_host_) return refuse(bad_request, "Host is there twice.");
    has_host_ = true;
    if (known_ && known_->host.is(rest)) return true;
    if (!is_host(trimmed(rest))) {
        return refuse(bad_request, "Host is not a host name or address with or without a port.");
    }
    if (known_) known_->host.keep(rest);
    return true;
}

bool HeadCheck::check_length(std::string_view rest) noexcept {
    if (framing_.body != Framing::Body::none) {
        return refuse(bad_request, "Content-Length is there twice, or together with Transfer-Encoding.");
    }
    const std::string_view digits = without_usual_space(rest);
    const bool is_plain = is_all(character::digit, digits) && (digits.size() == 1 || digits.front() != '0');
    if (!is_plain || digits.size() > length_digits_max) {
        return refuse(bad_request, "Content-Length is not one plain decimal number.");
    }
    framing_.body = Framing::Body::sized;
    for (const char c : digits) framing_.content_length = framing_.content_length * 10 + static_cast<unsigned>(c - '0');
    return true;
}

bool HeadCheck::check_coding(std::string_view rest) noexcept {
    if (framing_.body != Framing::Body::none) {
        return refuse(bad_request, "Transfer-Encoding is there twice, or together with Content-Length.");
    }
    // RFC 9112, 6.1: what claims to be from an older client and is chunked has faulty framing.
    if (is_version_10_) return refuse(bad_request, "HTTP/1.0 knows no Transfer-Encoding.");
    const std::string_view coding = without_usual_space(rest);
    if (!is_all(character::token, coding)) return refuse(bad_request, "Transfer-Encoding is not exactly one coding.");
    if (!is_same_token(coding, "chunked"))
        return refuse(not_implemented, "The only transfer coding known here is chunked.");
    framing_.body = Framing::Body::chunked;
    return true;
}

bool HeadCheck::check_whole() noexcept {
    if (!has_host_ && !is_version_10_) return refuse(bad_request, "HTTP/1.1 requires a Host.");
    is_complete_ = true;
    return true;
}

}  // namespace sessgate::http
