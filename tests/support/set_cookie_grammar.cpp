#include "tests/support/set_cookie_grammar.hpp"

#include <cstdlib>
#include <map>
#include <regex>
#include <vector>

namespace sessgate::tests {
namespace {

using Attributes = std::map<std::string, std::string>;

bool matches(const std::string& text, const char* pattern) {
    return std::regex_match(text, std::regex(pattern));
}

std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> parts;
    for (;;) {
        const auto end = line.find("; ");
        parts.emplace_back(line.substr(0, end));
        if (end == std::string_view::npos) return parts;
        line.remove_prefix(end + 2);
    }
}

/// The weekday of a date in the Gregorian calendar (Zeller): 0 for Saturday.
int weekday(int day, int month, int year) {
    if (month < 3) {
        month += 12;
        year -= 1;
    }
    return (day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400) % 7;
}

int days_in(int month, int year) {
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month == 2) return is_leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// IMF-fixdate (RFC 9110, 5.6.7) of a day that exists.
bool is_date(const std::string& text) {
    static const std::string months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const std::string weekdays = "SatSunMonTueWedThuFri";
    if (!matches(text,
                 "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] "
                 "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} "
                 "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60) GMT")) {
        return false;
    }
    const int day = std::atoi(text.substr(5, 2).c_str());
    const int month = static_cast<int>(months.find(text.substr(8, 3)) / 3) + 1;
    const int year = std::atoi(text.substr(12, 4).c_str());
    const int named_weekday = static_cast<int>(weekdays.find(text.substr(0, 3)) / 3);
    return year >= 1601 && day >= 1 && day <= days_in(month, year) && weekday(day, month, year) == named_weekday;
}

std::optional<std::string> mistake_in_pair(const std::string& pair) {
    static const std::string octets =
        "!#$%&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    const auto equals = pair.find('=');
    if (equals == std::string::npos) return "there is no = after the name";
    const std::string name = pair.substr(0, equals);
    std::string value = pair.substr(equals + 1);
    if (name.size() + value.size() > 4096) return "name and value are over 4096 bytes: browsers drop the cookie";
    if (name.empty() || name.find_first_not_of("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos) {
        return "the name is not a token";
    }
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (value.find_first_not_of(octets) != std::string::npos) return "the value holds more than cookie octets";
    return std::nullopt;
}

std::optional<std::string> mistake_in_value(const std::string& name, const std::string& value) {
    if (value.size() > 1024) return name + " is over 1024 bytes: browsers ignore it";
    if (name == "Expires" && !is_date(value)) return "Expires is not an IMF-fixdate";
    if (name == "Max-Age" && (!matches(value, "[1-9][0-9]{0,7}") || std::atoi(value.c_str()) > 34'560'000)) {
        return "Max-Age is not a number from 1 to 400 days of seconds";
    }
    if (name == "Domain" && (value.size() > 253 || !matches(value,
                                                            "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
                                                            "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"))) {
        return "Domain is not a host name";
    }
    if (name == "Path" && !matches(value, "/[!-:<-~]*")) return "Path is not visible ASCII that begins with /";
    if (name == "SameSite" && !matches(value, "Strict|Lax|None")) return "SameSite is none of Strict, Lax and None";
    return std::nullopt;
}

std::optional<std::string> mistake_in_attribute(const std::string& text, Attributes& seen) {
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (!matches(name, "Expires|Max-Age|Domain|Path|Secure|HttpOnly|SameSite")) return "unknown attribute: " + text;
    const bool is_flag = name == "Secure" || name == "HttpOnly";
    if (is_flag != (equals == std::string::npos)) return name + (is_flag ? " has a value" : " has no value");
    const std::string value = is_flag ? "" : text.substr(equals + 1);
    if (!seen.emplace(name, value).second) return name + " comes twice";
    return is_flag ? std::nullopt : mistake_in_value(name, value);
}

std::optional<std::string> contradiction(const std::string& cookie_name, const Attributes& attributes) {
    const bool is_secure = attributes.contains("Secure");
    const auto has_prefix = [&](const char* pattern) {
        return std::regex_search(cookie_name, std::regex(pattern, std::regex::icase));
    };
    if (has_prefix("^__(Host|Secure|Http)-") && !is_secure) return "the name's prefix asks for Secure";
    if (has_prefix("^__(Host-)?Http-") && !attributes.contains("HttpOnly"))
        return "the name's prefix asks for HttpOnly";
    if (has_prefix("^__Host-")) {
        if (attributes.contains("Domain")) return "__Host- allows no Domain";
        const auto path = attributes.find("Path");
        if (path == attributes.end() || path->second != "/") return "__Host- asks for Path=/";
    }
    const auto same_site = attributes.find("SameSite");
    if (same_site != attributes.end() && same_site->second == "None" && !is_secure)
        return "SameSite=None asks for Secure";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> set_cookie_mistake(std::string_view line) {
    const std::vector<std::string> parts = split(line);
    if (auto mistake = mistake_in_pair(parts.front())) return mistake;

    Attributes attributes;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (auto mistake = mistake_in_attribute(parts[i], attributes)) return mistake;
    }
    return contradiction(parts.front().substr(0, parts.front().find('=')), attributes);
}

}  // namespace sessgate::tests
