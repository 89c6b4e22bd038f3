#include "adapters/lmdb/data_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace sessgate::adapters::lmdb {
namespace {

/// ` (process 123)`, or nothing when the holder's id cannot be read.
std::string holder_of(int file) {
    std::array<char, 20> text{};
    const ssize_t count = ::pread(file, text.data(), text.size(), 0);
    if (count <= 0) return {};
    std::string id(text.data(), static_cast<std::size_t>(count));
    id.erase(id.find_last_not_of('\n') + 1);
    return " (process " + id + ")";
}

/// For the message of whoever comes second; that it cannot be written (a full disk) does no harm.
void name_holder(int file) {
    const std::string id = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file, 0) == 0) static_cast<void>(::pwrite(file, id.data(), id.size(), 0) > 0);
}

/// False when the file was removed after it was opened here: its lock would keep nobody out.
bool is_still_there(int file, const std::filesystem::path& path) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino;
}

}  // namespace

boost::system::result<DataLock, std::string> DataLock::acquire(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / file_name;
    DataLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.file_ < 0) return "cannot open " + path.string() + ": " + std::generic_category().message(errno);

    if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0 || !is_still_there(lock.file_, path)) {
        return "the data in " + folder.string() + " is in use by another sessgate" + holder_of(lock.file_) +
               ", and only one may use it at a time";
    }
    name_holder(lock.file_);
    return lock;
}

DataLock::DataLock(DataLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

DataLock::~DataLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace sessgate::adapters::lmdb
