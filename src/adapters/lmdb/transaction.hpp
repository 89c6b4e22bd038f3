#pragma once

#include <utility>

#include "adapters/lmdb/error.hpp"

namespace sessgate::adapters::lmdb {

/// A transaction that ends with its scope: changes nothing unless `commit` was called. One thread.
class Transaction {
public:
    Transaction(MDB_env* environment, unsigned flags) { require(mdb_txn_begin(environment, nullptr, flags, &handle_)); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
        if (handle_ != nullptr) mdb_txn_abort(handle_);
    }

    MDB_txn* handle() const noexcept { return handle_; }

    /// LMDB frees the transaction whether or not this succeeds.
    void commit() { require(mdb_txn_commit(std::exchange(handle_, nullptr))); }

private:
    MDB_txn* handle_ = nullptr;
};

/// A shard's place in LMDB's table of readers, kept between reads: renewing one is much cheaper than a new one.
class Reader {
public:
    explicit Reader(MDB_env* environment) noexcept : environment_(environment) {}
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        if (handle_ != nullptr) mdb_txn_abort(handle_);
    }

private:
    friend class Read;
    MDB_env* environment_;
    MDB_txn* handle_ = nullptr;
};

/// One look at the data as it stands now. Must end before the next await: while one is open, no space is used again.
class Read {
public:
    explicit Read(Reader& reader) : reader_(reader) {
        if (reader.handle_ == nullptr) {
            require(mdb_txn_begin(reader.environment_, nullptr, MDB_RDONLY, &reader.handle_));
        } else {
            require(mdb_txn_renew(reader.handle_));
        }
    }
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;
    ~Read() { mdb_txn_reset(reader_.handle_); }

    MDB_txn* handle() const noexcept { return reader_.handle_; }

private:
    Reader& reader_;
};

/// A cursor that ends before its transaction, as it must.
class Cursor {
public:
    Cursor(MDB_txn* transaction, MDB_dbi table) { require(mdb_cursor_open(transaction, table, &handle_)); }
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;
    ~Cursor() { mdb_cursor_close(handle_); }

    /// False: there is no such entry.
    bool move(MDB_val& key, MDB_val& value, MDB_cursor_op where) {
        return require_or_missing(mdb_cursor_get(handle_, &key, &value, where));
    }

private:
    MDB_cursor* handle_ = nullptr;
};

}  // namespace sessgate::adapters::lmdb
