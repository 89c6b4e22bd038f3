#include "tests/support/random_json.hpp"

#include <array>
#include <cstdio>

namespace sessgate::tests {
namespace {

void append_utf8(std::string& out, unsigned code) {
    const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xc0U | (code >> 6U));
    } else if (code < 0x10000) {
        put(0xe0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3fU));
    } else {
        put(0xf0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3fU));
        put(0x80U | ((code >> 6U) & 0x3fU));
    }
    put(0x80U | (code & 0x3fU));
}

std::string code_unit_escape(unsigned unit) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), unit % 2 == 0 ? "\\u%04x" : "\\u%04X", unit);
    return text.data();
}

}  // namespace

std::string RandomJson::value(int depth) {
    const std::size_t kind = below(depth > 0 ? 7 : 5);
    if (kind == 0) return string();
    if (kind <= 2) return number();
    if (kind == 3) return below(2) == 0 ? "true" : "false";
    if (kind == 4) return "null";
    if (kind == 5) return object(depth);
    std::string text = "[";
    for (std::size_t i = below(4); i > 0; --i) text += space() + value(depth - 1) + space() + (i > 1 ? "," : "");
    return text + space() + "]";
}

std::string RandomJson::object(int depth) {
    std::string text = "{";
    for (std::size_t i = below(4); i > 0; --i) {
        text += space() + string() + space() + ":" + space() + value(depth - 1) + space() + (i > 1 ? "," : "");
    }
    return text + space() + "}";
}

std::string RandomJson::string() {
    std::string text = "\"";
    for (std::size_t i = below(8); i > 0; --i) {
        const std::string next = below(3) == 0 ? escape() : character();
        const bool needs_escape = next == "\"" || next == "\\" || static_cast<unsigned char>(next.front()) < 0x20;
        text += needs_escape ? "x" : next;
    }
    return text + "\"";
}

std::string RandomJson::utf8() {
    std::string text;
    for (std::size_t i = below(20); i > 0; --i) text += character();
    return text;
}

std::string RandomJson::mutated(std::string text) {
    for (std::size_t i = 1 + below(3); i > 0; --i) {
        const std::size_t at = below(text.size() + 1);
        switch (below(4)) {
            case 0:
                text.insert(at, 1, byte());
                break;
            case 1:
                text.erase(at, 1 + below(4));
                break;
            case 2:
                text.insert(at, text.substr(at, 1 + below(6)));
                break;
            default:
                if (at < text.size()) text[at] = byte();
        }
    }
    return text;
}

std::string RandomJson::space() {
    if (below(3) != 0) return "";
    return std::string(1 + below(2), " \t\r\n"[below(4)]);
}

std::string RandomJson::number() {
    static constexpr std::array limits{"0",
                                       "-0",
                                       "-1",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "-9223372036854775808",
                                       "-9223372036854775809",
                                       "18446744073709551615",
                                       "18446744073709551616",
                                       "1.7976931348623157e308",
                                       "1.7976931348623159e308",
                                       "-17976931348623157e292",
                                       "0.0000179769313486231590e313",
                                       "5e-324",
                                       "1e-400",
                                       "0e999999999999999999999",
                                       "1e999",
                                       "1E+5",
                                       "0.1e-0",
                                       "1e00005"};
    if (below(2) == 0) return limits[below(limits.size())];
    std::string text = below(2) == 0 ? "-" : "";
    text += std::to_string(random_() >> below(32));
    if (below(3) == 0) text += "." + std::to_string(random_());
    if (below(3) == 0) text += (below(2) == 0 ? "e-" : "E") + std::to_string(below(400));
    return text;
}

std::string RandomJson::escape() {
    if (below(2) == 0) return std::string("\\") + "\"\\/bfnrt"[below(8)];
    const auto unit = static_cast<unsigned>(below(0x10000));
    if (unit < 0xd800 || unit > 0xdfff) return code_unit_escape(unit);
    return code_unit_escape(0xd800U | (unit & 0x3ffU)) + code_unit_escape(0xdc00U | (unit & 0x3ffU));
}

std::string RandomJson::character() {
    static constexpr std::array<std::size_t, 4> ends{0x80, 0x800, 0x10000, 0x110000};
    const auto code = static_cast<unsigned>(below(ends[below(ends.size())]));
    std::string text;
    append_utf8(text, code >= 0xd800 && code <= 0xdfff ? 0x20ac : code);
    return text;
}

char RandomJson::byte() {
    static constexpr std::string_view telling = "{}[]\",:\\/ u0123456789abcdefeE+-.tn\n\t\x80\xbf\xc0\xed\xf4\xff";
    return below(3) == 0 ? static_cast<char>(random_()) : telling[below(telling.size())];
}

}  // namespace sessgate::tests
