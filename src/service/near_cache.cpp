#include "sessgate/service/near_cache.hpp"

#include <bit>
#include <cstring>

namespace sessgate::service {
namespace {

/// Eight of the seventeen random characters of an id.
std::uint64_t tag_of(const core::SessionId& id) noexcept {
    std::uint64_t tag = 0;
    std::memcpy(&tag, id.view().data() + core::SessionId::bucket_length, sizeof tag);
    return tag;
}

}  // namespace

NearCache::NearCache(std::size_t sessions_max, core::Milliseconds age_max)
    : sets_(sessions_max == 0 ? 0 : std::bit_ceil((sessions_max + ways - 1) / ways)), age_max_(age_max) {}

/// Characters of ids differ in their low bits only, so the bits are mixed first (Fibonacci hashing).
std::size_t NearCache::index_of(std::uint64_t tag) const noexcept {
    return static_cast<std::size_t>((tag * 0x9e3779b97f4a7c15) >> 32) & (sets_.size() - 1);
}

core::SharedSession NearCache::find(const core::SessionId& id, std::uint64_t version,
                                    core::WallTime now) const noexcept {
    if (sets_.empty()) return nullptr;
    const std::uint64_t tag = tag_of(id);
    for (const Place& place : sets_[index_of(tag)].places) {
        if (place.tag != tag || place.version != version) continue;
        // Also one from the future: the clock was put back since, and how old it is nobody knows.
        if (now < place.read_at || now - place.read_at > age_max_) continue;
        if (place.session && place.session->id == id) return place.session;
    }
    return nullptr;
}

void NearCache::put(core::SharedSession session, std::uint64_t version, core::WallTime now) noexcept {
    if (sets_.empty()) return;
    const std::uint64_t tag = tag_of(session->id);
    Set& set = sets_[index_of(tag)];
    for (Place& place : set.places) {
        if (place.tag != tag || !place.session || place.session->id != session->id) continue;
        place = {tag, version, now, std::move(session)};
        return;
    }
    set.places[set.oldest] = {tag, version, now, std::move(session)};
    set.oldest = (set.oldest + 1) % ways;
}

}  // namespace sessgate::service
