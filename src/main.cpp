#include <cstdio>
#include <exception>

#include "sessgate/app/command_line.hpp"

int main(int argc, char** argv) {
    try {
        return sessgate::app::run_command_line({argv, static_cast<std::size_t>(argc)});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "sessgate: %s\n", error.what());
        return sessgate::app::exit_failed;
    }
}
