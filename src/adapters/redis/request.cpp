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
        asking.add({"ASKING"});
        asking.add_bytes(command(i));
    }
    return asking;
}

Request Request::only(std::span<const std::size_t> places) const {
    Request part;
    for (const std::size_t place : places) part.add_bytes(command(place));
    return part;
}

std::string_view Request::command(std::size_t place) const noexcept {
    const std::size_t end = place + 1 < starts_.size() ? starts_[place + 1] : bytes_.size();
    return std::string_view(bytes_).substr(starts_[place], end - starts_[place]);
}

void Request::add_bytes(std::string_view command) {
    starts_.push_back(bytes_.size());
    bytes_ += command;
}

}  // namespace sessgate::adapters::redis
