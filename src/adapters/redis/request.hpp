#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace sessgate::adapters::redis {

/// Commands that leave together and are answered together, in the form of the wire (RESP).
class Request {
public:
    /// The command's name first.
    Request& add(std::initializer_list<std::string_view> command) {
        return add(std::span<const std::string_view>(command.begin(), command.size()));
    }
    Request& add(std::span<const std::string_view> command);

    /// All commands of another one.
    Request& add(const Request& other) {
        bytes_ += other.bytes_;
        commands_ += other.commands_;
        return *this;
    }

    const std::string& bytes() const noexcept { return bytes_; }
    std::size_t commands() const noexcept { return commands_; }

private:
    std::string bytes_;
    std::size_t commands_ = 0;
};

}  // namespace sessgate::adapters::redis
