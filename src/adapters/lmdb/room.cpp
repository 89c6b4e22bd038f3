#include "adapters/lmdb/room.hpp"

#include <fcntl.h>

#include <algorithm>

namespace sessgate::adapters::lmdb {
namespace {

// A batch of revocations or a step of the sweep changes at most 1,000 pages, and what one transaction frees serves
// only the one after the next: two of them fit into 8 MiB. Small maps have small trees and get a quarter.
constexpr std::size_t reserve_max_bytes = std::size_t{8} << 20;
constexpr std::size_t reserve_share = 4;

/// So much of the file is allocated at once, that it happens seldom.
constexpr std::size_t chunk_bytes = std::size_t{4} << 20;

}  // namespace

Room::Room(MDB_env* environment) : environment_(environment) {
    MDB_stat stat{};
    MDB_envinfo info{};
    require(mdb_env_get_fd(environment_, &file_));
    require(mdb_env_stat(environment_, &stat));
    require(mdb_env_info(environment_, &info));
    page_size_ = stat.ms_psize;
    map_pages_ = info.me_mapsize / page_size_;
    reserve_ = std::min(reserve_max_bytes / page_size_, map_pages_ / reserve_share);
    // Trusting the file's length is not enough: it may have holes. Pages in use were written, so they have none.
    allocated_ = info.me_last_pgno + 1;
}

void Room::begin_batch() {
    MDB_envinfo info{};
    require(mdb_env_info(environment_, &info));
    used_ = info.me_last_pgno + 1;
    allocated_ = std::max(allocated_, used_);
    refused_ = false;
    free_.reset();
}

bool Room::fits(std::size_t pages) {
    const std::size_t wanted = used_ + pages + reserve_;
    if (wanted <= allocated_ || allocate(wanted)) return true;
    if (!free_) free_ = free_pages();
    return wanted <= allocated_ + *free_;
}

bool Room::allocate(std::size_t pages) {
    if (refused_) return false;
    const std::size_t chunk = std::min(pages + chunk_bytes / page_size_, map_pages_);
    if (chunk >= pages && extend_to(chunk)) return true;
    if (extend_to(std::min(pages, map_pages_))) return allocated_ >= pages;
    refused_ = true;
    return false;
}

bool Room::extend_to(std::size_t pages) noexcept {
    if (pages <= allocated_) return true;
    const auto start = static_cast<off_t>(allocated_ * page_size_);
    const auto length = static_cast<off_t>((pages - allocated_) * page_size_);
    if (::posix_fallocate(file_, start, length) != 0) return false;
    allocated_ = pages;
    return true;
}

/// None that can be counted on, when they cannot be counted: whoever wants to write will learn why.
std::size_t Room::free_pages() const noexcept {
    try {
        return count_free_pages();
    } catch (const Failure&) {
        return 0;
    }
}

/// Table 0 is LMDB's own list: transaction -> how many pages it freed, then which. Those that the last one freed cannot
/// serve the next one yet.
std::size_t Room::count_free_pages() const {
    const Transaction look(environment_, MDB_RDONLY);
    Cursor cursor(look.handle(), 0);
    const std::size_t last = mdb_txn_id(look.handle());
    std::size_t count = 0;
    MDB_val key{};
    MDB_val pages{};
    for (bool there = cursor.move(key, pages, MDB_FIRST); there; there = cursor.move(key, pages, MDB_NEXT)) {
        if (*static_cast<const std::size_t*>(key.mv_data) >= last) break;
        count += *static_cast<const std::size_t*>(pages.mv_data);
    }
    return count;
}

}  // namespace sessgate::adapters::lmdb
