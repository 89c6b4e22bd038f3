#include "adapters/lmdb/pages.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sessgate::adapters::lmdb {

PageFile::PageFile(const std::filesystem::path& path) noexcept : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}

PageFile::~PageFile() {
    if (file_ >= 0) ::close(file_);
}

std::uint64_t PageFile::size() const noexcept {
    struct stat status {};
    return ::fstat(file_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::string PageFile::read(std::uint64_t at, std::size_t size) const {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::pread(file_, bytes.data() + done, size - done, static_cast<off_t>(at + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw Damage{"it cannot be read: " + std::generic_category().message(errno)};
        if (count == 0) throw Damage{"it is shorter than it was"};
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

std::string PageFile::read_pages(std::uint64_t number, std::size_t count) const {
    return read(number * page_size_, count * page_size_);
}

}  // namespace sessgate::adapters::lmdb
