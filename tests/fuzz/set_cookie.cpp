#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sessgate/core/cookie.hpp"
#include "tests/fuzz/expect.hpp"
#include "tests/support/set_cookie_grammar.hpp"

using namespace sessgate::core;
using sessgate::tests::expect;
using sessgate::tests::set_cookie_mistake;

namespace {

constexpr WallTime now = from_ms(1'700'000'000'000);
const std::string token = "abcdefghij2345672345.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The parts of `text` between its line ends.
std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines(1);
    for (const char c : text) {
        if (c == '\n') {
            lines.emplace_back();
        } else {
            lines.back() += c;
        }
    }
    return lines;
}

CookieConfig config_of(const std::vector<std::string>& lines, std::uint8_t choices) {
    constexpr SameSite same_sites[] = {SameSite::lax, SameSite::strict, SameSite::none};
    CookieConfig config;
    config.name = lines[0];
    if (lines.size() > 1) config.path = lines[1];
    if (lines.size() > 2) config.domain = lines[2];
    config.secure = (choices & 1) != 0;
    config.persistent = (choices & 2) != 0;
    config.same_site = same_sites[choices / 4 % 3];
    return config;
}

}  // namespace

/// A cookie's settings are refused, or what is written with them is a Set-Cookie that browsers take as it is meant.
/// Input: one byte of choices, then name, path and domain in a line each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const CookieConfig config = config_of(lines_of({reinterpret_cast<const char*>(data) + 1, size - 1}), data[0]);
    if (mistake_in(config)) return 0;

    std::string set;
    append_set_cookie(set, config, token, now, now + std::chrono::seconds(data[0]));
    expect(!set_cookie_mistake(set), "a cookie is set by the grammar");
    std::vector<std::string> values;
    each_cookie_value(set.substr(0, set.find(';')), config.name,
                      [&](std::string_view value) { values.emplace_back(value); });
    expect(values == std::vector<std::string>{token}, "what is set is what comes back");

    std::string removing;
    append_removing_cookie(removing, config);
    expect(!set_cookie_mistake(removing), "a cookie is removed by the grammar");
    return 0;
}
