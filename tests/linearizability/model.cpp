#include "tests/linearizability/model.hpp"

namespace sessgate::tests {
namespace {

using Life = ModelSession::Life;
using Previous = ModelSession::Previous;

bool is_allowed(const ModelSession& session, const Operation& operation) {
    if (session.life != Life::alive) return false;
    const int token = operation.token;
    std::optional<int> successor;
    if (token == session.current && session.has_next) successor = token + 1;
    if (token == session.current - 1 && session.previous == Previous::in_use) successor = session.current;
    const bool is_good = token == session.current || (token == session.current + 1 && session.has_next) || successor;
    return is_good && operation.successor == successor;
}

bool is_unknown(const ModelSession& session, int token) {
    if (session.life != Life::alive) return true;
    return token < session.current - 1;
}

bool is_superseded(const ModelSession& session, int token) {
    return session.life == Life::alive && token == session.current - 1 && session.previous == Previous::retired;
}

std::optional<ModelSession> unless_wrong(bool is_right, const ModelSession& session) {
    return is_right ? std::optional(session) : std::nullopt;
}

ModelSession with(ModelSession session, Life life) {
    session.life = life;
    return session;
}

}  // namespace

std::optional<ModelSession> after(const ModelSession& session, const Operation& operation) {
    switch (operation.answered) {
        case Answered::done:
            if (operation.asked == Asked::create) {
                return unless_wrong(session.life == Life::not_yet, with(session, Life::alive));
            }
            return unless_wrong(session.life == Life::alive, with(session, Life::ended));
        case Answered::nothing:
            return unless_wrong(session.life != Life::alive, session);
        case Answered::allow:
            return unless_wrong(is_allowed(session, operation), session);
        case Answered::unknown:
            return unless_wrong(is_unknown(session, operation.token), session);
        case Answered::superseded:
            return unless_wrong(is_superseded(session, operation.token), session);
        case Answered::failed:
            break;
    }
    return session;
}

std::vector<ModelSession> effects(const ModelSession& session, const Operation& operation) {
    if (operation.asked == Asked::revoke && operation.answered == Answered::failed && session.life == Life::alive) {
        return {with(session, Life::ended)};
    }
    if (operation.asked != Asked::validate || session.life != Life::alive) return {};
    std::vector<ModelSession> effects;
    if (operation.token == session.current && !session.has_next && session.previous != Previous::in_use) {
        effects.push_back(session);
        effects.back().has_next = true;
    }
    if (operation.token == session.current && session.previous == Previous::in_use) {
        effects.push_back(session);
        effects.back().previous = Previous::retired;
    }
    if (operation.token == session.current + 1 && session.has_next) {
        effects.push_back({Life::alive, session.current + 1, false, Previous::in_use});
    }
    return effects;
}

}  // namespace sessgate::tests
