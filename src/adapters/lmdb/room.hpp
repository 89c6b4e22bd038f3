#pragma once

#include <cstdint>
#include <optional>

#include "adapters/lmdb/transaction.hpp"

namespace sessgate::adapters::lmdb {

/// Keeps room for revocations, in pages.
///
/// LMDB writes every page that a transaction changes to a new place, so even a delete needs room, and fails when the
/// map or the disk has none. So the file is physically allocated ahead, and a write that grows is let in only while
/// behind it, in that allocation and on the pages that LMDB can use again, at least the reserve stays. The writer's
/// thread only.
class Room {
public:
    explicit Room(MDB_env* environment);

    /// Between transactions of the writer: looks again at what is used.
    void begin_batch();

    /// Whether writes that need `pages` together would leave the reserve. May allocate more of the file.
    bool fits(std::size_t pages);

private:
    bool allocate(std::size_t pages);
    bool extend_to(std::size_t pages) noexcept;
    std::size_t free_pages() const noexcept;
    std::size_t count_free_pages() const;

    MDB_env* environment_;
    int file_ = -1;
    std::size_t page_size_ = 0;
    std::size_t map_pages_ = 0;
    std::size_t reserve_ = 0;
    std::size_t allocated_ = 0;  ///< pages from the start of the file that have their place on the disk
    std::size_t used_ = 0;       ///< pages from the start of the file that LMDB has used so far
    bool refused_ = false;       ///< the disk gave no more room in this batch
    std::optional<std::size_t> free_;
};

}  // namespace sessgate::adapters::lmdb
