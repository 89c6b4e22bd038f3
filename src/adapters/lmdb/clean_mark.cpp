#include "adapters/lmdb/clean_mark.hpp"

#include <sys/stat.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "adapters/lmdb/file_check.hpp"
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

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(text).str();
}

/// Another one each time that the machine starts: a loss of power can bring an old mark back, and old times.
std::string boot_id() {
    return text_of("/proc/sys/kernel/random/boot_id");
}

/// Nullopt where the times are of whole seconds, and would not tell a later write.
std::optional<std::string> mark_of(const fs::path& file) {
    struct stat is {};
    const std::string boot = boot_id();
    if (boot.empty() || ::stat(file.c_str(), &is) != 0) return std::nullopt;
    if (is.st_mtim.tv_nsec == 0 && is.st_ctim.tv_nsec == 0) return std::nullopt;
    std::string digest;
    core::append_base64url(digest, core::sha256({core::as_bytes(first_bytes_of(file))}));
    std::ostringstream mark;
    mark << is.st_ino << ' ' << is.st_size << ' ' << is.st_mtim.tv_sec << ' ' << is.st_mtim.tv_nsec << ' '
         << is.st_ctim.tv_sec << ' ' << is.st_ctim.tv_nsec << ' ' << digest << ' ' << boot;
    return std::move(mark).str();
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
    for (auto waited = step; time_of_files() <= changed; waited += step) {
        if (waited > patience) return false;
        std::this_thread::sleep_for(step);
    }
    return true;
}

/// Somebody may have put another file in its place, or other contents into it, while it was in use.
bool is_still(const ClosingFile& closed, const fs::path& file) {
    struct stat is {};
    return ::stat(file.c_str(), &is) == 0 && is.st_dev == closed.device && is.st_ino == closed.number &&
           last_transaction_in(file) == closed.transaction;
}

}  // namespace

bool take_clean_mark(const fs::path& folder) {
    const fs::path path = folder / clean_mark_name;
    const std::string left = text_of(path);
    std::error_code error;
    if (!fs::remove(path, error)) return false;
    return mark_of(folder / "data.mdb") == left;
}

/// What LMDB tells of the environment it reads from the file, which may have been written over; its readers' number of
/// the last transaction comes from its own table.
std::optional<ClosingFile> closing_file(MDB_env* environment) noexcept {
    int file = -1;
    struct stat is {};
    MDB_txn* look = nullptr;
    if (mdb_env_get_fd(environment, &file) != 0 || ::fstat(file, &is) != 0) return std::nullopt;
    if (mdb_txn_begin(environment, nullptr, MDB_RDONLY, &look) != 0) return std::nullopt;
    const std::uint64_t last = mdb_txn_id(look);
    mdb_txn_abort(look);
    return ClosingFile{is.st_dev, is.st_ino, last};
}

void leave_clean_mark(const fs::path& folder, const ClosingFile& closed) noexcept {
    try {
        const fs::path data = folder / "data.mdb";
        if (!wait_until_older(data)) return;
        const auto mark = mark_of(data);
        if (!mark || !is_still(closed, data)) return;
        std::ofstream(folder / clean_mark_name, std::ios::binary) << *mark;
        fs::permissions(folder / clean_mark_name, fs::perms::owner_read | fs::perms::owner_write);
    } catch (const std::exception&) {
        return;  // The next start reads all pages.
    }
}

}  // namespace sessgate::adapters::lmdb
