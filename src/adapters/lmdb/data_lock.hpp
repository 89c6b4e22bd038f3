#pragma once

#include <boost/system/result.hpp>
#include <filesystem>
#include <string>

namespace sessgate::adapters::lmdb {

/// Holds `sessgate.lock` in the folder of the data, so that a second process is refused. LMDB alone would let it in,
/// and its writes would then pass by this process's memo. Ends with the process, however that ends.
class DataLock {
public:
    static constexpr const char* file_name = "sessgate.lock";

    /// The error is a sentence that names the folder and, if it can be read, the process that holds it.
    static boost::system::result<DataLock, std::string> acquire(const std::filesystem::path& folder);

    DataLock(DataLock&& other) noexcept;
    DataLock& operator=(DataLock&&) = delete;
    ~DataLock();

private:
    explicit DataLock(int file) noexcept : file_(file) {}

    int file_;
};

}  // namespace sessgate::adapters::lmdb
