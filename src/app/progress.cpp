#include "app/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace sessgate::app {
namespace {

constexpr std::size_t width = 40;
constexpr std::size_t line_every = 10'000;

std::string bar(std::size_t done, std::size_t total) {
    const std::size_t filled = std::min(done * width / total, width);
    return "[" + std::string(filled, '#') + std::string(width - filled, ' ') + "] ";
}

}  // namespace

Progress::Progress() : is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::size_t done, std::size_t total) {
    if (!is_terminal_ && done / line_every == shown_ / line_every) return;
    shown_ = done;
    std::string line = std::to_string(done);
    if (total > 0) line = bar(done, total) + line + " of about " + std::to_string(std::max(done, total));
    std::cerr << (is_terminal_ ? "\r" + line : line + "\n") << std::flush;
}

void Progress::end() {
    if (is_terminal_ && shown_ > 0) std::cerr << '\n';
}

}  // namespace sessgate::app
