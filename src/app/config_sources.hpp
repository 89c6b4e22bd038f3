#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sessgate::app {

/// A value as text, and who gave it: `flag --listen`, `environment SESSGATE_LISTEN`, `sessgate.toml:3` or `default`.
struct Given {
    std::string value;
    std::string source;
};

/// By key. Lists are texts with commas between.
using GivenValues = std::map<std::string, Given, std::less<>>;

/// What is wrong with the settings, one line each, complete with key, value, source and what is allowed.
using Mistakes = std::vector<std::string>;

/// `key = "value" (source)`, with the value made safe to print, or without it where it may be a secret.
std::string describe(std::string_view key, const Given& given);

using Environment = std::map<std::string, std::string, std::less<>>;

/// Adds what the variables set. A variable that looks like a setting and is none is a mistake; other names with
/// SESSGATE_ in front are left alone (Kubernetes sets some for a service of that name).
void take_environment(const Environment& environment, GivenValues& given, Mistakes& mistakes);

/// Adds what the TOML file sets. A file that cannot be read, and any key that is no setting, is a mistake.
void take_file(const std::filesystem::path& path, GivenValues& given, Mistakes& mistakes);

/// The one of `names` that `name` most likely was meant to be; nullopt when none is near.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& names);

/// `; did you mean X?`, or nothing.
std::string suggestion(std::string_view name, const std::vector<std::string>& names);

}  // namespace sessgate::app
