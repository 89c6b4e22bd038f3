#include "sessgate/service/near_cache.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace sessgate::service {
namespace {

/// A larger table has all of its slots from the start: to move it would hold everybody up for milliseconds.
constexpr std::size_t grown_slots_max = std::size_t{1} << 18;

/// Characters of ids differ in their low bits only, so those of eight random ones are mixed (Fibonacci hashing).
std::uint32_t hash_of(const core::SessionId& id) noexcept {
    std::uint64_t characters = 0;
    std::memcpy(&characters, id.view().data() + core::SessionId::bucket_length, sizeof characters);
    return static_cast<std::uint32_t>((characters * 0x9e3779b97f4a7c15) >> 32);
}

}  // namespace

NearCache::NearCache(std::size_t sessions_max) : sessions_max_(std::min<std::size_t>(sessions_max, Slot::free)) {
    const std::size_t whole = std::bit_ceil(2 * sessions_max_);
    if (whole > grown_slots_max) slots_.resize(whole);
}

KeptSession* NearCache::find(const core::SessionId& id) noexcept {
    if (is_empty()) return nullptr;
    const std::size_t index = index_of(id, hash_of(id));
    return slots_[index].place == Slot::free ? nullptr : &sessions_[slots_[index].place];
}

KeptSession* NearCache::find(const core::SessionId& id, std::uint64_t version) noexcept {
    KeptSession* const kept = find(id);
    return kept && kept->version == version ? kept : nullptr;
}

/// What was there is swapped out, so that all of it goes: a string that is assigned to keeps its room.
KeptSession* NearCache::put(core::SharedSession session, std::uint64_t version) {
    if (sessions_max_ == 0) return nullptr;
    KeptSession kept{.id = session->id, .version = version, .session = std::move(session)};
    if (KeptSession* const known = find(kept.id)) {
        std::swap(*known, kept);
        return known;
    }
    return sessions_.size() < sessions_max_ ? &add(std::move(kept)) : &replace_oldest(std::move(kept));
}

KeptSession& NearCache::add(KeptSession kept) {
    if (2 * (sessions_.size() + 1) > slots_.size()) grow();
    sessions_.push_back(std::move(kept));
    take_slot(sessions_.size() - 1);
    return sessions_.back();
}

KeptSession& NearCache::replace_oldest(KeptSession kept) noexcept {
    KeptSession& oldest = sessions_[oldest_];
    free_slot(index_of(oldest.id, hash_of(oldest.id)));
    std::swap(oldest, kept);
    take_slot(oldest_);
    oldest_ = (oldest_ + 1) % sessions_max_;
    return oldest;
}

void NearCache::grow() {
    std::vector<Slot> slots(std::max<std::size_t>(2 * slots_.size(), 64));
    slots_.swap(slots);
    for (const Slot& slot : slots) {
        if (slot.place != Slot::free) insert(slot);
    }
}

/// Of the slot that has the id's session, or of a free one if there is none. `hash`: the id's.
std::size_t NearCache::index_of(const core::SessionId& id, std::uint32_t hash) const noexcept {
    std::size_t index = hash & (slots_.size() - 1);
    while (slots_[index].place != Slot::free &&
           !(slots_[index].hash == hash && sessions_[slots_[index].place].id == id)) {
        index = after(index);
    }
    return index;
}

void NearCache::take_slot(std::size_t place) noexcept {
    insert({hash_of(sessions_[place].id), static_cast<std::uint32_t>(place)});
}

/// The session has no slot yet.
void NearCache::insert(const Slot& slot) noexcept {
    std::size_t index = slot.hash & (slots_.size() - 1);
    while (slots_[index].place != Slot::free) index = after(index);
    slots_[index] = slot;
}

/// Those behind it that could no longer be found move up.
void NearCache::free_slot(std::size_t index) noexcept {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t next = after(index); slots_[next].place != Slot::free; next = after(next)) {
        const std::size_t from_home = (next - slots_[next].hash) & mask;
        if (from_home < ((next - index) & mask)) continue;
        slots_[index] = slots_[next];
        index = next;
    }
    slots_[index] = {};
}

}  // namespace sessgate::service
