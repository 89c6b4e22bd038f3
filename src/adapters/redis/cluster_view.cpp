#include "adapters/redis/cluster_view.hpp"

#include <algorithm>
#include <array>

#include "adapters/redis/number.hpp"
#include "adapters/redis/slots.hpp"

namespace sessgate::adapters::redis {
namespace {

constexpr std::uint16_t nobody = 0xffff;
constexpr std::size_t fields_min = 8;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = text.find(separator);
        if (end != 0) parts.push_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return parts;
}

/// `0-5460` or `7`.
std::optional<std::pair<std::uint16_t, std::uint16_t>> range_in(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = number_in<std::uint16_t>(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number_in<std::uint16_t>(text.substr(dash + 1));
    if (!first || !last || *first > *last || *last >= slot_count) return std::nullopt;
    return std::pair(*first, *last);
}

/// `ip:port@bus-port`, with more behind a comma in later versions.
std::optional<Address> address_in(std::string_view text, const Address& asked) {
    text = text.substr(0, text.find_first_of("@,"));
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = number_in<std::uint16_t>(text.substr(colon + 1));
    if (!port) return std::nullopt;
    return Address{colon == 0 ? asked.host : std::string(text.substr(0, colon)), *port, {}};
}

std::optional<ClaimedSlots> claim_in(std::span<const std::string_view> fields, const Address& asked) {
    const auto address = address_in(fields[1], asked);
    const auto epoch = number_in<std::uint64_t>(fields[6]);
    if (!address || !epoch) return std::nullopt;
    ClaimedSlots claim{*address, *epoch, {}};
    for (const std::string_view slots : fields.subspan(fields_min)) {
        if (slots.starts_with('[')) continue;  // on its way in or out: it is still this one's, or not yet
        const auto range = range_in(slots);
        if (!range) return std::nullopt;
        claim.ranges.push_back(*range);
    }
    return claim;
}

/// Fills in a bucket for each of the `owner_count` primaries that have slots; there are twice as many buckets as slots.
void find_buckets(ClusterView& view, std::size_t owner_count) {
    constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyz234567";
    view.buckets.resize(view.primaries.size());
    std::size_t missing = owner_count;
    for (std::size_t i = 0; i < characters.size() * characters.size() * characters.size() && missing > 0; ++i) {
        const std::array<char, 3> bucket{characters[i / 1024], characters[i / 32 % 32], characters[i % 32]};
        const std::uint16_t owner = view.owners[slot_of({bucket.data(), bucket.size()})];
        if (owner == nobody || !view.buckets[owner].empty()) continue;
        view.buckets[owner].assign(bucket.data(), bucket.size());
        --missing;
    }
}

/// Of each slot, as an index of `addresses`, which are sorted.
std::vector<std::uint16_t> newest_owners(std::span<const ClaimedSlots> claims, std::span<const Address> addresses) {
    std::vector<std::uint16_t> owners(slot_count, nobody);
    std::vector<std::uint64_t> epochs(slot_count, 0);
    for (const ClaimedSlots& claim : claims) {
        const auto index = std::ranges::lower_bound(addresses, claim.address) - addresses.begin();
        for (const auto& [first, last] : claim.ranges) {
            for (std::size_t slot = first; slot <= last; ++slot) {
                if (owners[slot] != nobody && epochs[slot] >= claim.epoch) continue;
                owners[slot] = static_cast<std::uint16_t>(index);
                epochs[slot] = claim.epoch;
            }
        }
    }
    return owners;
}

/// Whether somebody says that it has no slots. One whose slots are all another one's by now has been replaced.
bool is_empty_member(const Address& address, std::span<const ClaimedSlots> claims) {
    return std::ranges::any_of(
        claims, [&](const ClaimedSlots& claim) { return claim.address == address && claim.ranges.empty(); });
}

}  // namespace

std::optional<std::vector<ClaimedSlots>> read_cluster_nodes(std::string_view text, const Address& asked) {
    std::vector<ClaimedSlots> claims;
    for (const std::string_view line : split(text, '\n')) {
        const auto fields = split(line, ' ');
        if (fields.size() < fields_min) return std::nullopt;
        const auto flags = split(fields[2], ',');
        const auto is = [&](std::string_view flag) { return std::ranges::find(flags, flag) != flags.end(); };
        if (!is("master")) continue;
        const bool is_member = !is("fail") && !is("fail?") && !is("handshake") && !is("noaddr");
        if (fields.size() == fields_min && !is_member) continue;
        auto claim = claim_in(fields, asked);
        if (!claim) return std::nullopt;
        claims.push_back(std::move(*claim));
    }
    return claims;
}

ClusterView join_claims(std::span<const ClaimedSlots> claims) {
    // In an order that does not depend on who was asked first.
    std::vector<Address> addresses;
    for (const ClaimedSlots& claim : claims) addresses.push_back(claim.address);
    std::ranges::sort(addresses);
    const auto repeated = std::ranges::unique(addresses);
    addresses.erase(repeated.begin(), repeated.end());

    const std::vector<std::uint16_t> owners = newest_owners(claims, addresses);
    std::vector<bool> has_slots(addresses.size());
    for (const std::uint16_t owner : owners) {
        if (owner != nobody) has_slots[owner] = true;
    }
    ClusterView view;
    std::vector<std::uint16_t> places(addresses.size(), nobody);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        if (!has_slots[i] && !is_empty_member(addresses[i], claims)) continue;
        places[i] = static_cast<std::uint16_t>(view.primaries.size());
        view.primaries.push_back(addresses[i]);
    }
    for (const std::uint16_t owner : owners) view.owners.push_back(owner == nobody ? nobody : places[owner]);
    find_buckets(view, static_cast<std::size_t>(std::ranges::count(has_slots, true)));
    return view;
}

}  // namespace sessgate::adapters::redis
