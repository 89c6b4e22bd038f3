#pragma once

#include "adapters/lmdb/write.hpp"
#include "sessgate/ports/session_store.hpp"

namespace sessgate::adapters::lmdb {

/// SessionStore::sessions_of as this transaction sees it. Errc::store_protocol when one of the records does not
/// decode or is missing: a list that leaves out a session in silence would hide what should be revoked.
core::Result<ports::SessionPage> load_page(const WriteContext& context, const core::UserId& user,
                                           const std::optional<core::SessionId>& after, std::size_t limit);

}  // namespace sessgate::adapters::lmdb
