#pragma once

#include <string_view>

#include "sessgate/core/session_record.hpp"
#include "tests/support/fixed_random.hpp"

namespace sessgate::tests {

core::UserId a_user_id(std::string_view text = "ada");

/// Another user whose sessions have the same bucket: a cluster keeps both users' keys in one slot.
core::UserId a_neighbour_of(const core::UserId& user);

/// A session of `user` that was created at `now` with the usual periods and no absolute end. Each call gives another
/// one; its secret is known to nobody.
core::SessionRecord a_session(core::WallTime now, const core::UserId& user = a_user_id());

/// What renewing `session` at `now` stores, without rotation.
core::SessionRecord renewed(core::SessionRecord session, core::WallTime now);

core::UserRecord a_user(std::uint64_t version = 1, const core::UserId& id = a_user_id());

}  // namespace sessgate::tests
