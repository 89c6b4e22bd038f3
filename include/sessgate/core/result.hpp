#pragma once

#include <boost/system/result.hpp>
#include <string_view>

namespace sessgate::core {

/// What can go wrong while an answer is looked for. Each of these ends in `unavailable`, never in a deny.
enum class Errc {
    store_unavailable = 1,  ///< the store cannot be reached or refuses to work
    store_timeout,          ///< no answer within `store.deadline`; a write may still have happened
    store_protocol,         ///< the store's answer makes no sense: a damaged, forged or misdirected record
    store_full,             ///< the store has no room; what is stored can still be read and revoked
    store_busy,             ///< as many calls wait for the store as may: nothing was asked of it
    session_exists,         ///< `create` found the session id taken and changed nothing
};

/// The name of `error` as it stands in logs and in the `code` of a problem document.
std::string_view to_text(Errc error) noexcept;

/// A value, or why there is none.
template <typename T>
using Result = boost::system::result<T, Errc>;

/// Called by `Result::value()` when there is no value: a mistake of ours, so it ends in the catch at a shard's root.
[[noreturn]] void throw_exception_from_error(Errc error, const boost::source_location& where);

}  // namespace sessgate::core
