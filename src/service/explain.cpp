#include "sessgate/service/session_service.hpp"

namespace sessgate::service {

ports::Async<std::optional<ExplainedToken>> SessionService::explain(core::Token token) {
    std::optional<ExplainedToken> explained;
    auto found = co_await store_.find(token.id);
    if (!found) co_return found.error();
    if (!*found) co_return std::move(explained);

    auto session = std::make_shared<const core::SessionRecord>(std::move(**found));
    const core::Explanation told = core::explain(session, token, clock_.wall(), config_.rotation);
    const bool revokes = told.denied == core::Reason::superseded && config_.on_reuse == OnReuse::revoke;
    explained.emplace(std::move(session), told, revokes);
    co_return std::move(explained);
}

}  // namespace sessgate::service
