#include "adapters/lmdb/new_files.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "adapters/lmdb/data_lock.hpp"

namespace sessgate::adapters::lmdb {

NewFiles::NewFiles(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code ignored;
    for (const char* name : {"data.mdb", "lock.mdb", DataLock::file_name, ""}) {
        const std::filesystem::path path = *name == '\0' ? folder_ : folder_ / name;
        if (!std::filesystem::exists(path, ignored)) missing_.push_back(path);
    }
}

std::optional<std::string> NewFiles::make_folder() {
    if (::mkdir(folder_.c_str(), 0700) == 0 || errno == EEXIST) return std::nullopt;
    return "cannot make the folder " + folder_.string() + ": " + std::generic_category().message(errno);
}

void NewFiles::remove() noexcept {
    std::error_code ignored;
    for (const std::filesystem::path& path : missing_) std::filesystem::remove(path, ignored);
}

}  // namespace sessgate::adapters::lmdb
