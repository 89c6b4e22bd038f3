#pragma once

#include <atomic>

#include "sessgate/ports/log.hpp"

namespace sessgate::adapters::lmdb {

/// Whether the database can still be trusted. Any thread.
class Health {
public:
    explicit Health(ports::Log& log) noexcept : log_(log) {}

    bool is_good() const noexcept { return !failed_.load(std::memory_order_relaxed); }

    /// No call failed so far, so nothing speaks against the file.
    bool is_spotless() const noexcept { return is_good() && !warned_.load(std::memory_order_relaxed); }

    /// After this, every call fails with Errc::store_unavailable. Logged the first time only.
    void fail(std::string_view operation, int code) noexcept;

    /// One call failed, the database did not.
    void warn(std::string_view operation, int code) noexcept;

private:
    ports::Log& log_;
    std::atomic<bool> failed_ = false;
    std::atomic<bool> warned_ = false;
};

}  // namespace sessgate::adapters::lmdb
