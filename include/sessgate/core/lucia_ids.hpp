#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sessgate/core/layout.hpp"
#include "sessgate/core/record_codec.hpp"
#include "sessgate/core/token.hpp"

namespace sessgate::core {

/// Between a session's id as Lucia spells it in its store, and the id under which we show it.
///
/// Where Lucia's id is the secret itself, ours is that id enciphered under a key of the settings: the same id always
/// looks the same, tells nothing without the key, and leads back to Lucia's with it, so that a session can be revoked
/// by what was shown of it. (A synthetic IV of 80 bits, then a mask made from it, both HMAC-SHA256.) In the recipe the
/// id is a hash already, and shown as it is. Immutable; any thread.
class LuciaIds {
public:
    /// `keys`: newest first, at least one for Layout::lucia_2: the newest enciphers, all decipher.
    LuciaIds(Layout layout, const std::vector<RecordKey>& keys);

    /// Whether a client could have `text` from Lucia, in one layout or the other.
    static bool may_be_token(std::string_view text) noexcept;

    /// The token that `text`, from a client, spells; nullopt when that is nothing that Lucia makes.
    std::optional<Token> read_token(std::string_view text) const;

    /// A new token; `random` is used up.
    Token make_token(Bytes random) const;

    /// The id of what is stored under `text`; nullopt when that is nothing that Lucia makes.
    std::optional<SessionId> shown(std::string_view text) const;

    /// What Lucia calls the session; nullopt when it has no such session. For keys and records in the store only:
    /// it may be a secret.
    std::optional<std::string> stored(const SessionId& id) const;

    /// Of the one secret that goes with the id.
    std::optional<SecretHash> hash_of(const SessionId& id) const;

    /// The secret of the session itself, where that is the session's id.
    std::optional<Secret> secret_of(const SessionId& id) const;

    Layout layout() const noexcept { return layout_; }

private:
    SessionId encipher(Bytes secret) const;
    std::optional<Secret> decipher(const SessionId& id) const;

    Layout layout_;
    std::vector<Digest> keys_;
};

}  // namespace sessgate::core
