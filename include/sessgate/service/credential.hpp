#pragma once

#include <boost/container/static_vector.hpp>

#include "sessgate/core/token.hpp"
#include "sessgate/core/verdict.hpp"

namespace sessgate::service {

/// More values of our cookie than this are not looked up.
constexpr std::size_t tokens_max = 4;

using Tokens = boost::container::static_vector<core::Token, tokens_max>;

/// What a caller presented: up to four well-formed tokens, or why there is none.
struct Credential {
    Tokens tokens;                                   ///< in the order in which they were sent
    core::Reason absence = core::Reason::no_cookie;  ///< told when there are no tokens
    bool is_bearer = false;  ///< from the Authorization field: cookies mean nothing to this caller
};

}  // namespace sessgate::service
