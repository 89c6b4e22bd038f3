#pragma once

#include "sessgate/core/time.hpp"

namespace sessgate::service {

/// How long one request waits for what another one asked of the store: not longer than if it had asked by itself, so
/// once for a read and once more for the write behind it. Its own, whoever it waits for.
class Patience {
public:
    explicit Patience(core::Milliseconds store_deadline)
        : read_by_(core::SteadyTime::clock::now() + store_deadline), written_by_(read_by_ + store_deadline) {}

    core::SteadyTime read_by() const noexcept { return read_by_; }
    core::SteadyTime written_by() const noexcept { return written_by_; }
    bool is_over() const noexcept { return core::SteadyTime::clock::now() >= read_by_; }

    /// From then on a read of its own could take longer than is left.
    void has_waited() noexcept { waited_ = true; }
    bool is_untouched() const noexcept { return !waited_; }

private:
    core::SteadyTime read_by_;
    core::SteadyTime written_by_;
    bool waited_ = false;
};

}  // namespace sessgate::service
