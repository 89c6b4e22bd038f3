#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sessgate/core/cookie.hpp"

using namespace sessgate::core;

namespace {

using Values = std::vector<std::string>;

Values values(std::string_view line, std::string_view name) {
    Values found;
    each_cookie_value(line, name, [&](std::string_view value) { found.emplace_back(value); });
    return found;
}

/// The corpus, or null with a message when this machine does not have it.
nlohmann::json cookie_lines() {
    const char* folder = std::getenv("SESSGATE_CORPORA");
    std::ifstream file(std::string(folder == nullptr ? "" : folder) + "/cookie_lines.json");
    if (file) return nlohmann::json::parse(file);
    MESSAGE("skipped: there is no cookie_lines.json in the folder that SESSGATE_CORPORA names");
    return nullptr;
}

/// Every value that RFC 6265bis gives to a name where npm `cookie`, which keeps the first of each name, has only one.
const std::map<std::string, Values> all_values_of_repeated_names = {
    {"key=val5; key=val1; key=val2; key=val4", {"val5", "val1", "val2", "val4"}},
    {"foo=qux; foo=bar", {"qux", "bar"}},
};

}  // namespace

TEST_CASE("the lines of http-state's tests are read as RFC 6265bis says") {
    const nlohmann::json lines = cookie_lines();
    std::size_t repeated = 0;
    for (const auto& entry : lines) {
        const std::string line = entry.at("line");
        CAPTURE(line);
        for (const auto& [name, value] : entry.at("npm_cookie").items()) {
            const auto several = all_values_of_repeated_names.find(line);
            const bool is_repeated = several != all_values_of_repeated_names.end();
            repeated += is_repeated ? 1 : 0;
            CHECK(values(line, name) == (is_repeated ? several->second : Values{value}));
        }
    }
    if (!lines.is_null()) CHECK(repeated == all_values_of_repeated_names.size());
}

TEST_CASE("no line of http-state's tests holds a name that npm cookie does not see") {
    for (const auto& entry : cookie_lines()) {
        const std::string line = entry.at("line");
        CAPTURE(line);
        std::size_t pairs = 0;
        for (const auto& [name, value] : entry.at("npm_cookie").items()) pairs += values(line, name).size();
        // Each pair of these lines has a name: one more than there are semicolons.
        CHECK(pairs == 1 + static_cast<std::size_t>(std::count(line.begin(), line.end(), ';')));
    }
}
