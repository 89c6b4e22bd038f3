#pragma once

#include <lmdb.h>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace sessgate::adapters::lmdb {

/// `sessgate.clean` in the folder of the data says what data.mdb was when its last owner closed it in order: number,
/// size and times of the file, and a digest of its first pages, which each transaction changes. While all of that
/// holds, and the machine has not started anew, nobody has written to the file, and its pages need not be read again
/// before it is used: that takes 0.6 s for a million sessions (2026). Only for whoever holds the lock of the folder.
constexpr const char* clean_mark_name = "sessgate.clean";

/// Whether data.mdb is as it was left. The mark is gone then: an end that is not orderly leaves none.
bool take_clean_mark(const std::filesystem::path& folder);

/// A file that LMDB has open, and the last transaction that LMDB knows of. What stands under its name may be another.
struct ClosingFile {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::uint64_t transaction = 0;
};
std::optional<ClosingFile> closing_file(MDB_env* environment) noexcept;

/// Marks data.mdb, if it is the file that was closed and has its last transaction. Where that cannot be done, no mark
/// is left. Waits until the file system's time has moved on, 100 ms at most, so that whoever writes later leaves
/// another time.
void leave_clean_mark(const std::filesystem::path& folder, const ClosingFile& closed) noexcept;

}  // namespace sessgate::adapters::lmdb
