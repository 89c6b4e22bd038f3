#pragma once

#include "adapters/lmdb/write.hpp"
#include "sessgate/ports/session_store.hpp"

namespace sessgate::adapters::lmdb {

/// SessionStore::sessions_of as this transaction sees it. Errc::store_protocol when one of the records does not
/// decode or is missing: a list that leaves out a session in silence would hide what should be revoked.
core::Result<ports::SessionPage> load_page(const WriteContext& context, const core::UserId& user,
                                           const std::optional<core::SessionId>& after, std::size_t limit);

/// SessionStore::part as this transaction sees it. Errc::store_protocol when a record does not decode.
core::Result<ports::StorePart> load_part(const WriteContext& context, std::string_view at);

}  // namespace sessgate::adapters::lmdb
