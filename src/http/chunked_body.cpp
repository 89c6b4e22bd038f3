#include "http/chunked_body.hpp"

#include <algorithm>
#include <cstring>

#include "http/characters.hpp"
#include "http/line_scan.hpp"

namespace sessgate::http {

namespace {

constexpr int bad_request = 400;
constexpr int content_too_large = 413;
constexpr int fields_too_large = 431;

constexpr std::size_t value_of(char hex) noexcept {
    const auto c = static_cast<std::size_t>(static_cast<unsigned char>(hex));
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/// Fields that frame, route, authenticate or describe a message have no business behind its body (RFC 9110, 6.5.1). We
/// drop all trailers, but a server before us may have merged these into the head.
bool is_forbidden_in_trailer(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 15> names{
        "content-length",   "transfer-encoding", "host",          "connection", "te",
        "trailer",          "upgrade",           "expect",        "cookie",     "authorization",
        "content-encoding", "content-type",      "content-range", "origin",     "proxy-authorization",
    };
    return std::ranges::any_of(names, [&](std::string_view known) { return is_same_token(name, known); });
}

}  // namespace

ChunkedBody::State ChunkedBody::decode(std::span<char> bytes, std::size_t from) noexcept {
    std::size_t at = from;
    while (at < bytes.size()) {
        if (expecting_ == Expecting::data) {
            at += take_data(bytes, at);
            continue;
        }
        if (!take(bytes[at])) return State::refused;
        ++at;
        if (expecting_ == Expecting::nothing) {
            end_ = at;
            return State::complete;
        }
    }
    return State::incomplete;
}

std::size_t ChunkedBody::take_data(std::span<char> bytes, std::size_t at) noexcept {
    const std::size_t taken = std::min(chunk_left_, bytes.size() - at);
    std::memmove(bytes.data() + size_, bytes.data() + at, taken);
    size_ += taken;
    chunk_left_ -= taken;
    if (chunk_left_ == 0) expecting_ = Expecting::data_cr;
    return taken;
}

bool ChunkedBody::take(char c) noexcept {
    switch (expecting_) {
        case Expecting::size_start:
        case Expecting::size:
            return take_size(c);
        case Expecting::size_lf:
            return expect(c, '\n', chunk_left_ == 0 ? Expecting::trailer_start : Expecting::data);
        case Expecting::data_cr:
            return expect(c, '\r', Expecting::data_lf);
        case Expecting::data_lf:
            return expect(c, '\n', Expecting::size_start);
        case Expecting::trailer_start:
        case Expecting::trailer_name:
        case Expecting::trailer_value:
        case Expecting::trailer_lf:
            return take_trailer(c);
        case Expecting::last_lf:
            return expect(c, '\n', Expecting::nothing);
        default:
            return take_extension(c);
    }
}

bool ChunkedBody::take_size(char c) noexcept {
    if (is_in(character::hex, c)) {
        if (expecting_ == Expecting::size_start) count_ = 0;
        if (++count_ > size_digits_max) return refuse(bad_request, "A chunk's size has too many digits.");
        expecting_ = Expecting::size;
        chunk_left_ = chunk_left_ * 16 + value_of(c);
        if (chunk_left_ <= body_room_ - size_) return true;
        return refuse(content_too_large, "The body is larger than http.body_limit allows.");
    }
    if (expecting_ == Expecting::size_start) return refuse(bad_request, "A chunk does not begin with its size.");
    if (c == ';' && !use_line_room()) return false;
    return end_element(c);
}

/// What ends a size, an extension or its value: the line, or another extension.
bool ChunkedBody::end_element(char c) noexcept {
    if (c == ';') {
        expecting_ = Expecting::extension_name_start;
        return true;
    }
    return expect(c, '\r', Expecting::size_lf);
}

bool ChunkedBody::take_extension(char c) noexcept {
    if (c != '\r' && !use_line_room()) return false;
    switch (expecting_) {
        case Expecting::extension_name:
            if (c == '=') {
                expecting_ = Expecting::extension_value_start;
                return true;
            }
            [[fallthrough]];
        case Expecting::extension_token:
            return is_in(character::token, c) || end_element(c);
        case Expecting::extension_value_start:
            if (c == '"') {
                expecting_ = Expecting::extension_quoted;
                return true;
            }
            expecting_ = Expecting::extension_token;
            break;
        case Expecting::extension_name_start:
            expecting_ = Expecting::extension_name;
            break;
        case Expecting::extension_end:
            return end_element(c);
        default:
            return take_quoted(c);
    }
    return is_in(character::token, c) || refuse(bad_request, "A chunk extension has an empty or a malformed part.");
}

bool ChunkedBody::take_quoted(char c) noexcept {
    if (!is_text(c)) return refuse(bad_request, "A chunk extension's quotes do not end.");
    if (expecting_ == Expecting::extension_escaped) {
        expecting_ = Expecting::extension_quoted;
    } else if (c == '\\') {
        expecting_ = Expecting::extension_escaped;
    } else if (c == '"') {
        expecting_ = Expecting::extension_end;
    }
    return true;
}

bool ChunkedBody::take_trailer(char c) noexcept {
    if (expecting_ == Expecting::trailer_start) {
        if (c == '\r') return expect(c, '\r', Expecting::last_lf);
        count_ = 0;
        expecting_ = Expecting::trailer_name;
    }
    if (!use_line_room()) return false;
    if (expecting_ == Expecting::trailer_name) return take_trailer_name(c);
    if (expecting_ == Expecting::trailer_lf) return expect(c, '\n', Expecting::trailer_start);
    return is_text(c) || expect(c, '\r', Expecting::trailer_lf);
}

bool ChunkedBody::take_trailer_name(char c) noexcept {
    if (is_in(character::token, c)) {
        if (count_ < name_.size()) name_[count_] = c;
        ++count_;
        return true;
    }
    if (c != ':' || count_ == 0) return refuse(bad_request, "A trailer is not a field name with a colon behind it.");
    const bool fits = count_ <= name_.size();
    if (fits && is_forbidden_in_trailer(std::string_view(name_.data(), count_))) {
        return refuse(bad_request, "A field that describes the message stands in its trailer.");
    }
    expecting_ = Expecting::trailer_value;
    return true;
}

bool ChunkedBody::expect(char c, char wanted, Expecting next) noexcept {
    if (c != wanted) return refuse(bad_request, "The chunk framing is broken.");
    expecting_ = next;
    return true;
}

bool ChunkedBody::use_line_room() noexcept {
    if (line_room_ == 0)
        return refuse(fields_too_large, "Chunk extensions and trailers are larger than http.head_limit allows.");
    --line_room_;
    return true;
}

bool ChunkedBody::refuse(int status, std::string_view why) noexcept {
    refusal_ = Refusal{status, why};
    return false;
}

}  // namespace sessgate::http
