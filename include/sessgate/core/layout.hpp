#pragma once

namespace sessgate::core {

/// In whose form sessions are stored, and with it what tokens look like.
enum class Layout {
    sessgate,
    lucia_2,       ///< as Lucia 2 and its Redis adapter 2.x keep them: the session id is the secret
    lucia_recipe,  ///< as the code in Lucia's documentation of 2024 and 2025: the id is the token's SHA-256
};

}  // namespace sessgate::core
