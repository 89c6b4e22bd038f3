#pragma once

#include "sessgate/core/lucia_ids.hpp"

namespace sessgate::core {

/// Which tokens are read and which are made. By default those of our own. Immutable; any thread.
class TokenForms {
public:
    /// Random bytes that a new token uses up.
    static constexpr std::size_t random_bytes = SessionId::random_bytes + sizeof(Secret::bytes);

    TokenForms() = default;

    /// Lucia's only.
    explicit TokenForms(LuciaIds lucia) : lucia_(std::move(lucia)), makes_own_(false) {}

    /// Of our own, and for as long as there are such clients also those that Lucia gave out.
    static TokenForms own_beside(LuciaIds lucia) {
        TokenForms forms(std::move(lucia));
        forms.makes_own_ = true;
        return forms;
    }

    std::optional<Token> read(std::string_view text) const {
        if (makes_own_) {
            if (const auto token = parse_token(text); token || !lucia_) return token;
        }
        return lucia_->read_token(text);
    }

    Token make(const UserId& user, std::span<const std::uint8_t, random_bytes> random) const;

    /// Whether there are sessions whose ids do not say whose they are.
    bool reads_lucia() const noexcept { return lucia_.has_value(); }

    /// Whether a token can be followed by another one for the same session; Lucia's cannot, since they name it.
    bool can_be_replaced() const noexcept { return makes_own_; }

private:
    std::optional<LuciaIds> lucia_;
    bool makes_own_ = true;
};

}  // namespace sessgate::core
