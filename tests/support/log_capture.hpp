#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "sessgate/ports/log.hpp"

namespace sessgate::tests {

/// Remembers the names of events. Any thread.
class LogCapture final : public ports::Log {
public:
    void write(ports::Level, std::string_view event, std::initializer_list<ports::Field>) noexcept override {
        const std::lock_guard lock(mutex_);
        events_.emplace_back(event);
    }

    std::vector<std::string> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> events_;
};

}  // namespace sessgate::tests
