#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <span>
#include <string>

#include "adapters/redis/reply.hpp"
#include "adapters/redis/request.hpp"

namespace sessgate::adapters::redis {

/// As whom, and to which database.
struct Login {
    std::string user{};      ///< empty: the server's default user
    std::string password{};  ///< empty: the server asks for none
    unsigned database = 0;
};

/// What a server tells of itself when it is greeted.
struct Server {
    std::int64_t client_id = 0;  ///< this connection's own, at the server
    bool is_primary = false;
};

/// The first commands on every connection: AUTH, HELLO, SELECT, as far as they are needed.
Request greeting(const Login& login);

/// The error is the server's own word for it, or that it is none that we know.
boost::system::result<Server, std::string> read_greeting(const Login& login, std::span<const Reply> replies);

/// What HELLO was answered with; nullopt when that is not what a Redis server says.
std::optional<Server> read_hello(const Reply& reply);

}  // namespace sessgate::adapters::redis
