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
std::uint32_t hash_of(std::string_view id) noexcept {
    std::uint64_t characters = 0;
    std::memcpy(&characters, id.data() + core::SessionId::bucket_length, sizeof characters);
    return static_cast<std::uint32_t>((characters * 0x9e3779b97f4a7c15) >> 32);
}

/// Places that are looked at for one that was not used: to look at all of them would hold everybody up.
constexpr int looks_max = 8;

constexpr std::size_t cache_line = 64;

void fetch(const void* start, std::size_t size) noexcept {
    const char* const bytes = static_cast<const char*>(start);
    for (std::size_t at = 0; at < size; at += cache_line) __builtin_prefetch(bytes + at);
}

}  // namespace

NearCache::NearCache(std::size_t sessions_max)
    : sessions_max_(std::min<std::size_t>(sessions_max, Slot::free)), doorkeeper_(sessions_max_) {
    const std::size_t whole = std::bit_ceil(2 * sessions_max_);
    if (whole > grown_slots_max) slots_.resize(whole);
}

KeptSession* NearCache::find(std::string_view id) noexcept {
    KeptSession* const kept = under(id, hash_of(id));
    if (kept != nullptr) kept->was_used = true;
    return kept;
}

KeptSession* NearCache::find(const core::SessionId& id, std::uint64_t version) noexcept {
    KeptSession* const kept = find(id.view());
    return kept && kept->version == version ? kept : nullptr;
}

void NearCache::expect(std::string_view id) noexcept {
    if (expected_session_ != nullptr) {
        for (const std::string& answer : expected_session_->answers) fetch(answer.data(), answer.size());
    }
    expected_session_ = likely_under(expected_hash_);
    if (expected_session_ != nullptr) fetch(expected_session_, sizeof *expected_session_);
    expected_hash_ = hash_of(id);
    fetch(&slots_[expected_hash_ & (slots_.size() - 1)], sizeof(Slot));
}

/// What was there is swapped out, so that all of it goes: a string that is assigned to keeps its room.
KeptSession* NearCache::put(core::SharedSession session, std::uint64_t version) {
    if (sessions_max_ == 0) return nullptr;
    const std::uint32_t hash = hash_of(session->id.view());
    KeptSession* const known = under(session->id.view(), hash);
    const bool is_full = size_ == sessions_max_;
    if (known == nullptr && is_full && !doorkeeper_.knows(hash)) return nullptr;
    KeptSession kept{.id = session->id, .version = version, .session = {}};
    kept.session = std::move(session);
    kept.was_used = known != nullptr;
    if (known == nullptr) return is_full ? &replace_another(std::move(kept)) : &add(std::move(kept));
    std::swap(*known, kept);
    return known;
}

KeptSession& NearCache::add(KeptSession kept) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    if (size_ % block_size == 0) add_block();
    KeptSession& added = blocks_.back().emplace_back(std::move(kept));
    take_slot(size_++);
    return added;
}

void NearCache::add_block() {
    std::vector<KeptSession> block;
    block.reserve(std::min(block_size, sessions_max_));
    blocks_.push_back(std::move(block));
}

KeptSession& NearCache::replace_another(KeptSession kept) noexcept {
    const std::size_t place = place_to_free();
    KeptSession& other = at(place);
    free_slot(index_of(other.id.view(), hash_of(other.id.view())));
    std::swap(other, kept);
    take_slot(place);
    return other;
}

/// That of the first session that was not used since the last round, in the order of the places.
std::size_t NearCache::place_to_free() noexcept {
    for (int looks = 1;; ++looks) {
        const std::size_t place = std::exchange(next_to_go_, (next_to_go_ + 1) % sessions_max_);
        if (!std::exchange(at(place).was_used, false) || looks == looks_max) return place;
    }
}

/// The session under that id; null: there is none. `hash`: the id's.
KeptSession* NearCache::under(std::string_view id, std::uint32_t hash) noexcept {
    if (is_empty()) return nullptr;
    const Slot& slot = slots_[index_of(id, hash)];
    return slot.place == Slot::free ? nullptr : &at(slot.place);
}

/// The session of the first slot that the hash leads to; null: it has another one's, or none.
KeptSession* NearCache::likely_under(std::uint32_t hash) noexcept {
    const Slot& slot = slots_[hash & (slots_.size() - 1)];
    return slot.place != Slot::free && slot.hash == hash ? &at(slot.place) : nullptr;
}

void NearCache::grow() {
    std::vector<Slot> slots(std::max<std::size_t>(2 * slots_.size(), 64));
    slots_.swap(slots);
    for (const Slot& slot : slots) {
        if (slot.place != Slot::free) insert(slot);
    }
}

/// Of the slot that has the id's session, or of a free one if there is none. `hash`: the id's.
std::size_t NearCache::index_of(std::string_view id, std::uint32_t hash) const noexcept {
    std::size_t index = hash & (slots_.size() - 1);
    while (slots_[index].place != Slot::free &&
           !(slots_[index].hash == hash && at(slots_[index].place).id.view() == id)) {
        index = after(index);
    }
    return index;
}

void NearCache::take_slot(std::size_t place) noexcept {
    insert({hash_of(at(place).id.view()), static_cast<std::uint32_t>(place)});
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
