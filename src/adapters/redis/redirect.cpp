#include "adapters/redis/redirect.hpp"

#include <charconv>

namespace sessgate::adapters::redis {
namespace {

/// `host:port`, where the host may be an IPv6 address and may be empty.
std::optional<Address> read_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    Address address;
    address.host = text.substr(0, colon);
    const auto* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, address.port);
    if (parsed.ec != std::errc() || parsed.ptr != end || address.port == 0) return std::nullopt;
    return address;
}

}  // namespace

std::optional<Redirect> read_redirect(const Reply& error) {
    if (error.is_error("TRYAGAIN") || error.is_error("CLUSTERDOWN")) return Redirect{};
    const bool is_moved = error.is_error("MOVED");
    if (!is_moved && !error.is_error("ASK")) return std::nullopt;
    const auto address = read_address(std::string_view(error.text).substr(error.text.rfind(' ') + 1));
    if (!address) return std::nullopt;
    return Redirect{is_moved ? Redirect::Kind::moved : Redirect::Kind::ask, *address};
}

std::optional<Redirect> first_redirect(std::span<const Reply> replies) {
    for (const Reply& reply : replies) {
        if (!reply.is(Reply::Type::error)) continue;
        if (const auto redirect = read_redirect(reply)) return redirect;
    }
    return std::nullopt;
}

}  // namespace sessgate::adapters::redis
