#include "app/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace sessgate::app {
namespace {

constexpr std::size_t width = 40;
constexpr std::size_t line_every = 10'000;

std::string bar(double share) {
    const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * double{width});
    return "[" + std::string(filled, '#') + std::string(width - filled, ' ') + "] ";
}

}  // namespace

Progress::Progress() : is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::size_t done, std::size_t total) {
    if (!is_terminal_ && done / line_every == shown_ / line_every) return;
    shown_ = done;
    std::string line = std::to_string(done);
    if (total > 0) {
        line = bar(static_cast<double>(done) / static_cast<double>(total)) + line + " of about " +
               std::to_string(std::max(done, total));
    }
    write(line);
}

void Progress::show_share(double share, const std::string& text) {
    if (is_terminal_) write(bar(share) + text);
}

void Progress::write(const std::string& line) {
    constexpr const char* erase_rest = "\x1b[K";
    std::cerr << (is_terminal_ ? "\r" + line + erase_rest : line + "\n") << std::flush;
    is_on_line_ = is_terminal_;
}

void Progress::end() {
    if (is_on_line_) std::cerr << '\n';
    is_on_line_ = false;
}

}  // namespace sessgate::app
