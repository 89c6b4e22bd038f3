#include "sessgate/service/near_cache.hpp"

#include <bit>
#include <cstring>

namespace sessgate::service {
namespace {

/// Eight of the seventeen random characters of an id.
std::uint64_t tag_of(std::string_view id) noexcept {
    std::uint64_t tag = 0;
    std::memcpy(&tag, id.data() + core::SessionId::bucket_length, sizeof tag);
    return tag;
}

bool may_be_id(std::string_view text) noexcept {
    return text.size() == core::SessionId::length || text.size() == core::SessionId::lucia_length;
}

}  // namespace

NearCache::NearCache(std::size_t sessions_max)
    : sets_(sessions_max == 0 ? 0 : std::bit_ceil((sessions_max + ways - 1) / ways)) {}

/// Characters of ids differ in their low bits only, so the bits are mixed first (Fibonacci hashing).
NearCache::Set& NearCache::set_of(std::uint64_t tag) noexcept {
    return sets_[static_cast<std::size_t>((tag * 0x9e3779b97f4a7c15) >> 32) & (sets_.size() - 1)];
}

NearCache::Place* NearCache::Set::place_of(std::uint64_t tag, std::string_view id) noexcept {
    for (Place& place : places) {
        if (place.tag == tag && place.kept && place.kept->id.view() == id) return &place;
    }
    return nullptr;
}

NearCache::Place& NearCache::Set::next_place() noexcept {
    Place& place = places[oldest];
    oldest = (oldest + 1) % ways;
    return place;
}

KeptSession* NearCache::find(std::string_view id) noexcept {
    if (sets_.empty() || !may_be_id(id)) return nullptr;
    const std::uint64_t tag = tag_of(id);
    const Place* const place = set_of(tag).place_of(tag, id);
    return place ? place->kept.get() : nullptr;
}

KeptSession* NearCache::find(const core::SessionId& id, std::uint64_t version) noexcept {
    KeptSession* const kept = find(id.view());
    return kept && kept->version == version ? kept : nullptr;
}

KeptSession* NearCache::put(core::SharedSession session, std::uint64_t version) {
    if (sets_.empty()) return nullptr;
    const core::SessionId id = session->id;
    const std::uint64_t tag = tag_of(id.view());
    Set& set = set_of(tag);
    Place* const known = set.place_of(tag, id.view());
    Place& place = known ? *known : set.next_place();
    place = {tag,
             std::make_unique<KeptSession>(KeptSession{.id = id, .version = version, .session = std::move(session)})};
    return place.kept.get();
}

}  // namespace sessgate::service
