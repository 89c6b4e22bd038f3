#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sessgate::adapters::lmdb {

/// Which of the database's files were not there before, so that an opening that fails leaves nothing behind.
class NewFiles {
public:
    /// Looks into `folder`, which need not be there.
    explicit NewFiles(std::filesystem::path folder);

    /// Makes the folder, for its owner only, when its parent is there. A sentence when that cannot be done.
    std::optional<std::string> make_folder();

    /// Removes what is there now and was not before. Only for whoever holds the lock of the folder.
    void remove() noexcept;

private:
    std::filesystem::path folder_;
    std::vector<std::filesystem::path> missing_;  ///< files first, then the folder
};

}  // namespace sessgate::adapters::lmdb
