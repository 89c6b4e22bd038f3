#pragma once

#include "app/commands.hpp"

namespace CLI {
class App;
}

namespace sessgate::app {

/// Says so where an option was given an empty value. That is a variable which a script forgot to set: to take it for
/// "not given" would end sessions that were to stay, or give a session periods that nobody asked for.
std::string mistake_in_text(const std::string& value);

/// Gives the command `session create` its options; a parse fills `wanted`.
void add_session_options(CLI::App& command, SessionWanted& wanted);

/// Gives the command `bench` its options; a parse fills `wanted`.
void add_bench_options(CLI::App& command, BenchWanted& wanted);

}  // namespace sessgate::app
