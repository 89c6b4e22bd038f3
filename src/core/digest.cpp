#include "sessgate/core/digest.hpp"

// SHA-256 itself. The calls around it that OpenSSL 3 would rather see used allocate and free for each digest, which
// costs a request more than hashing a secret does (2026; make bench-counts).
#define OPENSSL_API_COMPAT 10101
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

namespace sessgate::core {
namespace {

class Sha256 {
public:
    Sha256() noexcept { SHA256_Init(&context_); }

    void add(Bytes part) noexcept { SHA256_Update(&context_, part.data(), part.size()); }

    Digest end() noexcept {
        Digest digest{};
        SHA256_Final(digest.data(), &context_);
        return digest;
    }

private:
    SHA256_CTX context_{};
};

constexpr std::size_t block_size = 64;

constexpr std::size_t word_size = sizeof(std::uint64_t);

std::uint64_t word_at(Bytes bytes, std::size_t at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return word;
}

}  // namespace

Digest sha256(std::initializer_list<Bytes> parts) noexcept {
    Sha256 hash;
    for (const Bytes part : parts) hash.add(part);
    return hash.end();
}

Digest hmac_sha256(Bytes key, std::initializer_list<Bytes> parts) noexcept {
    std::array<std::uint8_t, block_size> inner_key{};
    if (key.size() > block_size) {
        const Digest short_key = sha256({key});
        std::copy(short_key.begin(), short_key.end(), inner_key.begin());
    } else {
        std::copy(key.begin(), key.end(), inner_key.begin());
    }
    std::array<std::uint8_t, block_size> outer_key = inner_key;
    for (auto& byte : inner_key) byte ^= 0x36;
    for (auto& byte : outer_key) byte ^= 0x5c;

    Sha256 hash;
    hash.add(inner_key);
    for (const Bytes part : parts) hash.add(part);
    const Digest inner = hash.end();
    return sha256({outer_key, inner});
}

/// Eight bytes at a time: OpenSSL's, one at a time, takes seven times the instructions, which every request would pay
/// (2026; make bench-counts). Every byte is looked at whatever the others are.
bool equal_in_constant_time(Bytes a, Bytes b) noexcept {
    if (a.size() != b.size()) return false;
    std::uint64_t differences = 0;
    if (a.size() < word_size) {
        for (std::size_t at = 0; at < a.size(); ++at) differences |= static_cast<std::uint64_t>(a[at] ^ b[at]);
        return differences == 0;
    }
    for (std::size_t at = 0; at + word_size <= a.size(); at += word_size)
        differences |= word_at(a, at) ^ word_at(b, at);
    // The last word, which may begin before what is left.
    const std::size_t last = a.size() - word_size;
    differences |= word_at(a, last) ^ word_at(b, last);
    return differences == 0;
}

}  // namespace sessgate::core
