#include "app/config_secret_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "sessgate/core/encoding.hpp"

namespace sessgate::app {
namespace {

constexpr std::size_t token_length_min = 16;
constexpr off_t file_size_max = off_t{64} * 1024;

/// Calls `take(line)` for each line with something on it; false from it is a mistake in that line.
template <typename Take>
Wrong each_line(const std::filesystem::path& path, const std::string& form, Take take) {
    if (auto wrong = mistake_in_secret_file(path)) return wrong;
    std::ifstream file(path);
    std::string line;
    bool is_empty = true;
    for (int number = 1; std::getline(file, line); ++number) {
        while (line.ends_with(' ') || line.ends_with('\r')) line.pop_back();
        if (line.empty()) continue;
        is_empty = false;
        if (!take(line)) return "line " + std::to_string(number) + " must be " + form;
    }
    if (is_empty) return "is empty; each line must be " + form;
    return std::nullopt;
}

bool is_bearer_token(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               (c != '\0' && std::string_view("-._~+/").find(c) != std::string_view::npos);
    };
    const auto end = text.find_last_not_of('=') + 1;  // padding stands at the end only; npos + 1 is 0
    return text.size() >= token_length_min && end > 0 && std::ranges::all_of(text.substr(0, end), allowed);
}

std::optional<std::uint8_t> hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

bool decode_hex(std::string_view text, core::RecordKey& key) {
    if (text.size() != 2 * key.size()) return false;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const auto high = hex_digit(text[2 * i]);
        const auto low = hex_digit(text[2 * i + 1]);
        if (!high || !low) return false;
        key[i] = static_cast<std::uint8_t>(*high * 16 + *low);
    }
    return true;
}

}  // namespace

Wrong mistake_in_secret_file(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return "cannot be read: " + std::generic_category().message(errno);
    if (!S_ISREG(status.st_mode)) return "is not a file";
    if ((status.st_mode & S_IWOTH) != 0) return "may be written by everybody: chmod 600 it";
    if ((status.st_mode & S_IROTH) != 0) return "may be read by everybody: chmod 600 it, and replace what is in it";
    if (status.st_size > file_size_max) return "is longer than 64KiB";
    if (::access(path.c_str(), R_OK) != 0) return "cannot be read: " + std::generic_category().message(errno);
    return std::nullopt;
}

Wrong read_tokens(const std::filesystem::path& path, std::vector<std::string>& tokens) {
    tokens.clear();
    return each_line(path, "a token of 16 or more characters A-Z a-z 0-9 - . _ ~ + /", [&](const std::string& line) {
        tokens.push_back(line);
        return is_bearer_token(line);
    });
}

Wrong read_password(const std::filesystem::path& path, std::string& password) {
    password.clear();
    return each_line(path, "the only one, with a password", [&](const std::string& line) {
        if (!password.empty()) return false;
        password = line;
        return true;
    });
}

Wrong read_record_keys(const std::filesystem::path& path, std::vector<core::RecordKey>& keys) {
    keys.clear();
    return each_line(path, "a key of 32 bytes, as 64 characters hex or 43 characters base64url",
                     [&](const std::string& line) {
                         core::RecordKey& key = keys.emplace_back();
                         return decode_hex(line, key) || core::decode_base64url(line, key);
                     });
}

}  // namespace sessgate::app
