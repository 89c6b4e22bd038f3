#include "app/bench/wanted.hpp"

#include <algorithm>
#include <fstream>

#include "sessgate/core/duration.hpp"

namespace sessgate::app::bench {
namespace {

using boost::system::in_place_error;
using core::Milliseconds;

/// Visible ASCII and what `also` allows: nothing that would end a line.
bool is_plain(std::string_view text, std::string_view also) {
    return std::ranges::all_of(text, [&](char c) { return (c > ' ' && c < '\x7f') || also.find(c) != also.npos; });
}

bool is_field(std::string_view text) {
    const auto colon = text.find(':');
    return colon != 0 && colon != std::string_view::npos && is_plain(text, " \t");
}

}  // namespace

boost::system::result<Load, std::string> load_of(const BenchWanted& wanted) {
    const auto duration = core::parse_duration(wanted.duration);
    const auto warmup = core::parse_duration(wanted.warmup);
    if (!duration || *duration == Milliseconds(0)) return std::string("--duration must be such as 500ms or 10s");
    if (!warmup) return std::string("--warmup must be such as 0, 500ms or 10s");
    if (wanted.threads > wanted.connections) return std::string("each of --threads needs one of --connections");
    return Load{.connections = wanted.connections,
                .pipeline = wanted.pipeline,
                .rate = static_cast<double>(wanted.rate),
                .warmup = *warmup,
                .duration = *duration,
                .threads = wanted.threads};
}

boost::system::result<std::vector<std::string>, std::string> tokens_in(const std::string& file) {
    std::ifstream in(file);
    std::vector<std::string> tokens;
    for (std::string line; std::getline(in, line);) {
        if (!is_plain(line, "")) return "--tokens: a line of " + file + " is no token";
        if (!line.empty()) tokens.push_back(line);
    }
    if (tokens.empty()) return "--tokens: there is no token to read in " + file;
    return tokens;
}

boost::system::result<Requests, std::string> requests_of(const BenchWanted& wanted, const Target& target,
                                                         std::vector<std::string> tokens,
                                                         const std::string& cookie_name) {
    std::string head = "GET " + target.path + " HTTP/1.1\r\nHost: " + target.host + "\r\n";
    for (const std::string& field : wanted.headers) {
        if (!is_field(field)) return {in_place_error, "--header must be such as \"Accept: text/html\""};
        head += field + "\r\n";
    }
    if (!is_plain(wanted.cookie, " ")) return {in_place_error, "--cookie must be such as \"name=value\""};
    if (!is_plain(cookie_name, "")) return {in_place_error, "--cookie-name cannot be a cookie's name"};
    if (!wanted.cookie.empty()) head += "Cookie: " + wanted.cookie;
    if (tokens.empty()) return Requests{.begin = head + (wanted.cookie.empty() ? "\r\n" : "\r\n\r\n")};
    head += (wanted.cookie.empty() ? "Cookie: " : "; ") + cookie_name + "=";
    return Requests{.begin = head, .tokens = std::move(tokens), .end = "\r\n\r\n"};
}

}  // namespace sessgate::app::bench
