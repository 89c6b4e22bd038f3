#include "adapters/lmdb/clean_mark.hpp"

#include <sys/stat.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "sessgate/core/digest.hpp"
#include "sessgate/core/encoding.hpp"

namespace sessgate::adapters::lmdb {
namespace {

namespace fs = std::filesystem;

/// Two pages of the largest size.
constexpr std::size_t first_bytes_max = std::size_t{64} * 1024;

std::string first_bytes_of(const fs::path& file) {
    std::string bytes(first_bytes_max, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return bytes;
}

/// Nullopt where the times are of whole seconds, and would not tell a later write.
std::optional<std::string> mark_of(const fs::path& file) {
    struct stat is {};
    if (::stat(file.c_str(), &is) != 0 || (is.st_mtim.tv_nsec == 0 && is.st_ctim.tv_nsec == 0)) return std::nullopt;
    std::ostringstream mark;
    for (const auto number : {static_cast<long long>(is.st_ino), static_cast<long long>(is.st_size),
                              static_cast<long long>(is.st_mtim.tv_sec), static_cast<long long>(is.st_mtim.tv_nsec),
                              static_cast<long long>(is.st_ctim.tv_sec), static_cast<long long>(is.st_ctim.tv_nsec)}) {
        mark << number << ' ';
    }
    std::string digest;
    core::append_base64url(digest, core::sha256({core::as_bytes(first_bytes_of(file))}));
    mark << digest << '\n';
    return std::move(mark).str();
}

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(text).str();
}

/// The time that the kernel gives to a file that is written now.
std::chrono::nanoseconds time_of_files() noexcept {
    struct timespec now {};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// False: its time is ahead of the clock, which was set back.
bool wait_until_older(const fs::path& file) {
    constexpr std::chrono::milliseconds patience{100};
    constexpr std::chrono::milliseconds step{1};
    struct stat is {};
    if (::stat(file.c_str(), &is) != 0) return false;
    const auto changed = std::chrono::seconds(is.st_ctim.tv_sec) + std::chrono::nanoseconds(is.st_ctim.tv_nsec);
    if (changed > time_of_files() + patience) return false;
    while (time_of_files() <= changed) std::this_thread::sleep_for(step);
    return true;
}

}  // namespace

bool take_clean_mark(const fs::path& folder) {
    const fs::path path = folder / clean_mark_name;
    const std::string left = text_of(path);
    std::error_code error;
    if (!fs::remove(path, error)) return false;
    return mark_of(folder / "data.mdb") == left;
}

void leave_clean_mark(const fs::path& folder) noexcept {
    try {
        const fs::path data = folder / "data.mdb";
        if (!wait_until_older(data)) return;
        if (const auto mark = mark_of(data)) std::ofstream(folder / clean_mark_name, std::ios::binary) << *mark;
    } catch (const std::exception&) {
        return;  // The next start reads all pages.
    }
}

}  // namespace sessgate::adapters::lmdb
