#pragma once

#include <lmdb.h>

#include <cerrno>

namespace sessgate::adapters::lmdb {

/// A call of LMDB that failed. Thrown and caught within this folder: each transaction has one catch around it.
struct Failure {
    int code;  ///< of LMDB or errno; mdb_strerror knows both
};

inline void require(int code) {
    if (code != MDB_SUCCESS) throw Failure{code};
}

/// False for "not there", which is an answer.
inline bool require_or_missing(int code) {
    if (code == MDB_NOTFOUND) return false;
    require(code);
    return true;
}

/// There was no room for this transaction; a smaller one may still succeed.
constexpr bool is_about_room(int code) noexcept {
    return code == MDB_MAP_FULL || code == MDB_TXN_FULL || code == ENOSPC || code == EDQUOT;
}

/// The file or the disk below it can no longer be trusted; every other failure belongs to one call.
constexpr bool is_fatal(int code) noexcept {
    return code == MDB_PANIC || code == MDB_CORRUPTED || code == MDB_PAGE_NOTFOUND || code == MDB_INVALID ||
           code == EIO;
}

}  // namespace sessgate::adapters::lmdb
