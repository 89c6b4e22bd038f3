#pragma once

#include <functional>
#include <string>
#include <vector>

namespace sessgate::http {

/// What came of reading the settings again.
struct ReloadOutcome {
    std::vector<std::string> mistakes;      ///< sentences; not empty: nothing was changed
    std::vector<std::string> need_restart;  ///< settings whose new value counts only after a restart
};

/// Called once, on any thread, when every shard works with the new settings, or none does.
using ReloadDone = std::function<void(const ReloadOutcome&)>;

}  // namespace sessgate::http
