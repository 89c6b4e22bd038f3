#pragma once

#include <map>
#include <sstream>

#include "tests/support/sidecar.hpp"

namespace sessgate::tests {

/// What `/metrics` says: `name{label="value",…}` and its number.
class Scrape {
public:
    explicit Scrape(Sidecar& sidecar) {
        std::istringstream lines(sidecar.call_control("GET", "/metrics").body);
        for (std::string line; std::getline(lines, line);) {
            const auto space = line.rfind(' ');
            if (!line.starts_with('#')) numbers_[line.substr(0, space)] = std::stod(line.substr(space + 1));
        }
    }

    bool has(const std::string& series) const { return numbers_.contains(series); }

    /// 0 for one that is not shown, as what was never used is.
    double operator[](const std::string& series) const { return has(series) ? numbers_.at(series) : 0; }

    double requests(const std::string& endpoint, const std::string& outcome) const {
        return (*this)[R"(sessgate_requests_total{endpoint=")" + endpoint + R"(",outcome=")" + outcome + R"("})"];
    }

private:
    std::map<std::string, double> numbers_;
};

}  // namespace sessgate::tests
