#include "adapters/redis/request.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace sessgate::adapters::redis {
namespace {

void append_number(std::string& out, char mark, std::size_t number) {
    std::array<char, std::numeric_limits<std::size_t>::digits10 + 1> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    out.append(1, mark).append(digits.begin(), end).append("\r\n");
}

}  // namespace

/// By ourselves, where hiredis would print into a buffer of its own that is copied then: over a hundredth of the time
/// of a session check that reads from Redis (2026; perf).
Request& Request::add(std::span<const std::string_view> command) {
    starts_.push_back(bytes_.size());
    append_number(bytes_, '*', command.size());
    for (const std::string_view part : command) {
        append_number(bytes_, '$', part.size());
        bytes_.append(part).append("\r\n");
    }
    return *this;
}

Request Request::with_asking() const {
    Request asking;
    for (std::size_t i = 0; i < starts_.size(); ++i) {
        const std::size_t end = i + 1 < starts_.size() ? starts_[i + 1] : bytes_.size();
        asking.add({"ASKING"});
        asking.starts_.push_back(asking.bytes_.size());
        asking.bytes_.append(bytes_, starts_[i], end - starts_[i]);
    }
    return asking;
}

}  // namespace sessgate::adapters::redis
