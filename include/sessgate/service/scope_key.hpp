#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "sessgate/core/token.hpp"
#include "sessgate/ports/random_source.hpp"

namespace sessgate::service {

/// 128 bits that stand for a scope with what was presented in it; says nothing about either.
using ScopeKey = std::array<std::uint8_t, 16>;

struct ScopeKeyHash {
    std::size_t operator()(const ScopeKey& key) const noexcept {
        std::size_t hash = 0;
        std::memcpy(&hash, key.data(), sizeof hash);
        return hash;
    }
};

/// The two names of one scope and credential.
struct ScopeKeys {
    ScopeKey verdict;   ///< for what was found out about the tokens
    ScopeKey override;  ///< for what `/set-session` decided
};

/// Makes keys with a secret of this process, so that nobody can aim at another caller's entry. Any thread.
class ScopeKeyMaker {
public:
    explicit ScopeKeyMaker(ports::RandomSource& random) { random.fill(secret_); }

    /// Of HMAC-SHA256 over scope and tokens with their lengths: one half for each of the two. `scope`: at most 128
    /// bytes; `tokens`: at most four, in the order in which they were sent.
    ScopeKeys keys_of(std::string_view scope, std::span<const core::Token> tokens) const;

private:
    std::array<std::uint8_t, 32> secret_{};
};

}  // namespace sessgate::service
