#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <cstring>

namespace sessgate::http {

/// A TCP or unix endpoint from the generic one that a socket gives. `from` is of the family of `Specific`.
template <typename Specific>
Specific endpoint_cast(const boost::asio::generic::stream_protocol::endpoint& from) {
    Specific to;
    if (from.size() > to.capacity()) return to;
    // The bytes come first: a unix endpoint finds out the length of its path when it is resized.
    std::memcpy(to.data(), from.data(), from.size());
    to.resize(from.size());
    return to;
}

}  // namespace sessgate::http
