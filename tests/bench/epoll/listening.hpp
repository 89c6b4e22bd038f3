#pragma once

#include <string>

/// A socket that listens at `127.0.0.1:PORT` or `unix:PATH`; says so on standard output, with the port that it got.
/// Ends the program where that cannot be.
int listen_at(const std::string& address);

/// A connection to such an address, or the end of the program.
int connect_to(const std::string& address);

/// All of a file, or the end of the program.
std::string text_of(const char* file);
