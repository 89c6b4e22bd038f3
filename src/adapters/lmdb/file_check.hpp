#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "adapters/lmdb/tables.hpp"

namespace sessgate::adapters::lmdb {

/// What is wrong with LMDB's file itself, as a sentence; reads every page in use once. Nullopt for a file that LMDB can
/// be trusted with, that is new, or that LMDB will not take for one of its own. Nobody may be writing to it.
std::optional<std::string> mistake_in_pages(const std::filesystem::path& file);

/// The number of the last transaction in the file, where its first pages are sound and agree on it.
std::optional<std::uint64_t> last_transaction_in(const std::filesystem::path& file);

/// What is wrong between our tables: each session has its entry in both indexes, and they have no others. Otherwise
/// revoke-all and the sweep could miss one.
std::optional<std::string> mistake_in_indexes(MDB_txn* transaction, const Tables& tables);

}  // namespace sessgate::adapters::lmdb
