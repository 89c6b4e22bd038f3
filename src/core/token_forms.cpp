#include "sessgate/core/token_forms.hpp"

#include <algorithm>

namespace sessgate::core {

Token TokenForms::make(const UserId& user, std::span<const std::uint8_t, random_bytes> random) const {
    if (!makes_own_) return lucia_->make_token(random);
    Token token{SessionId::make(user, random.first<SessionId::random_bytes>()), {}};
    std::ranges::copy(random.subspan<SessionId::random_bytes>(), token.secret.bytes.begin());
    return token;
}

}  // namespace sessgate::core
