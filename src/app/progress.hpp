#pragma once

#include <cstddef>
#include <string>

namespace sessgate::app {

/// How far a long command is, on standard error: a bar on a terminal, elsewhere a line now and then.
class Progress {
public:
    Progress();

    /// `total`: about how many there will be; 0: nobody knows.
    void show(std::size_t done, std::size_t total);

    /// Leaves what follows on a line of its own.
    void end();

private:
    bool is_terminal_;
    std::size_t shown_ = 0;
};

}  // namespace sessgate::app
