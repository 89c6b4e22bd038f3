#pragma once

#include <boost/system/result.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "adapters/lmdb/tables.hpp"

namespace sessgate::adapters::lmdb {

/// The opened file with its tables, format checked. Any thread.
class Environment {
public:
    /// What is looked at before LMDB is trusted with the file: its format, or all of its pages as well.
    enum class Check { format, pages };

    /// Makes the tables in a file that is new. `map_size`: bytes that the file may grow to; 0: as it was opened last.
    /// The error is a sentence that names the folder.
    static boost::system::result<std::unique_ptr<Environment>, std::string> open(const std::filesystem::path& folder,
                                                                                 std::uint64_t map_size,
                                                                                 Check check = Check::pages);
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment();

    MDB_env* handle() const noexcept { return handle_; }
    const Tables& tables() const noexcept { return tables_; }

    /// Bytes of the file that are in use, or were: LMDB gives none back. And how many there may be.
    std::uint64_t bytes_used() const noexcept;
    std::uint64_t bytes_max() const noexcept;

private:
    Environment() = default;
    void open_file(const std::filesystem::path& folder, std::uint64_t map_size);
    std::optional<std::string> mistake_in_file();
    void make_tables();

    MDB_env* handle_ = nullptr;
    Tables tables_;
};

}  // namespace sessgate::adapters::lmdb
