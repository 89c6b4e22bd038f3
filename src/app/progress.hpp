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

    /// `share` (0 to 1) of the whole is done, and `text` says more about it; on a terminal only.
    void show_share(double share, const std::string& text);

    /// Leaves what follows on a line of its own.
    void end();

private:
    void write(const std::string& line);

    bool is_terminal_;
    std::size_t shown_ = 0;
    bool is_on_line_ = false;  ///< a bar stands there
};

}  // namespace sessgate::app
