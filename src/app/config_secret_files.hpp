#pragma once

#include <filesystem>
#include <vector>

#include "app/config_setting.hpp"

namespace sessgate::app {

// Files of secrets, one on each line. They are refused when others than owner and group may read or write them. What
// is in them never stands in a message: lines are told by their number.

/// What is wrong with the file itself, whatever is in it.
Wrong mistake_in_secret_file(const std::filesystem::path& path);

/// Bearer tokens of 16 or more characters as RFC 6750, 2.1, allows.
Wrong read_tokens(const std::filesystem::path& path, std::vector<std::string>& tokens);

/// One password of any characters, on one line.
Wrong read_password(const std::filesystem::path& path, std::string& password);

/// Keys of 32 bytes, each as 64 characters hex or 43 characters base64url.
Wrong read_record_keys(const std::filesystem::path& path, std::vector<core::RecordKey>& keys);

}  // namespace sessgate::app
