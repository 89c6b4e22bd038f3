#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "sessgate/ports/log.hpp"
#include "tests/support/secrets_in_logs.hpp"

namespace sessgate::tests {

/// Remembers the names of events and the texts in their fields, and fails the test when there was a secret among them.
/// Any thread.
class LogCapture final : public ports::Log {
public:
    ~LogCapture() override { CHECK_MESSAGE(leaks_.empty(), "the log holds a secret: ", leaks_); }

    void write(ports::Level, std::string_view event, std::initializer_list<ports::Field> fields) noexcept override {
        const std::lock_guard lock(mutex_);
        events_.emplace_back(event);
        written_.notify_all();
        for (const ports::Field& field : fields) {
            const auto* text = std::get_if<std::string_view>(&field.value);
            if (text == nullptr) continue;
            texts_[{events_.back(), std::string(field.name)}] = *text;
            if (holds_secret(*text)) leaks_ += events_.back() + ": " + std::string(*text) + "\n";
        }
    }

    /// The text of field `name` in the last `event`; empty when there was none.
    std::string text_of(const std::string& event, const std::string& name) const {
        const std::lock_guard lock(mutex_);
        const auto found = texts_.find({event, name});
        return found == texts_.end() ? std::string{} : found->second;
    }

    /// Returns once there was such an event.
    void wait_for(std::string_view event) const {
        std::unique_lock lock(mutex_);
        written_.wait(lock, [&] { return std::ranges::find(events_, event) != events_.end(); });
    }

    std::vector<std::string> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable written_;
    std::vector<std::string> events_;
    std::string leaks_;
    std::map<std::pair<std::string, std::string>, std::string> texts_;
};

}  // namespace sessgate::tests
