#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sessgate/core/time.hpp"

namespace sessgate::adapters::redis {

/// An instant as Redis's commands take it.
inline std::string ms_text(core::WallTime time) {
    return std::to_string(core::to_ms(time));
}

/// Commands that leave together and are answered together, in the form of the wire (RESP).
class Request {
public:
    /// The command's name first.
    Request& add(std::initializer_list<std::string_view> command) {
        return add(std::span<const std::string_view>(command.begin(), command.size()));
    }
    Request& add(std::span<const std::string_view> command);

    /// Takes everything off, and keeps the room for it.
    void clear() noexcept {
        bytes_.clear();
        starts_.clear();
    }

    /// All commands of another one.
    Request& add(const Request& other) {
        for (const std::size_t start : other.starts_) starts_.push_back(bytes_.size() + start);
        bytes_ += other.bytes_;
        return *this;
    }

    /// Those of its commands that stand at `places`.
    Request only(std::span<const std::size_t> places) const;

    /// Whether the command at that place only says what comes back.
    bool is_echo(std::size_t place) const noexcept { return command(place).starts_with("*2\r\n$4\r\nECHO\r\n"); }

    /// The same with ASKING before each command, for a node that does not own the keys' slot yet.
    Request with_asking() const;

    const std::string& bytes() const noexcept { return bytes_; }
    std::size_t commands() const noexcept { return starts_.size(); }

private:
    std::string_view command(std::size_t place) const noexcept;
    void add_bytes(std::string_view command);

    std::string bytes_;
    std::vector<std::size_t> starts_;  ///< where in the bytes each command begins
};

}  // namespace sessgate::adapters::redis
