#include "tests/simulation/options.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

namespace sessgate::simulation {
namespace {

constexpr const char* usage =
    "usage: simulation [--first N] [--seeds N] [--jobs N] [--tell] [--repeat] [--defect NAME] [--garble N]\n"
    "  --tell     every byte and event, for one seed\n"
    "  --repeat   runs each seed twice and compares\n"
    "  --defect   lets the server do what Redis never does, and fails when nobody notices:\n"
    "             ignores-watch, told-late or forgets-writes\n"
    "  --garble   so many requests while Redis's replies are damaged at random, for each seed\n";

bool read_number(std::string_view text, std::uint64_t& number) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && number > 0;
}

bool read_defect(std::string_view name, Options& options) {
    options.wants_mistakes = true;
    if (name == "ignores-watch") return options.defects.ignores_watch = true;
    if (name == "forgets-writes") return options.defects.forgets_writes = true;
    if (name == "told-late") options.defects.told_late = 2s;
    return name == "told-late";
}

bool read_option(std::string_view name, std::string_view value, Options& options) {
    if (name == "--first") return read_number(value, options.first);
    if (name == "--seeds") return read_number(value, options.seeds);
    if (name == "--garble") return read_number(value, options.garbled);
    if (name == "--jobs") return read_number(value, options.jobs);
    return name == "--defect" && read_defect(value, options);
}

}  // namespace

std::optional<Options> read_options(int count, char** words) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = words[i];
        if (name == "--tell" || name == "--repeat") {
            (name == "--tell" ? options.tells : options.repeats) = true;
        } else if (i + 1 == count || !read_option(name, words[++i], options)) {
            std::fputs(usage, stderr);
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace sessgate::simulation
