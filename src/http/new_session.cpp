#include "http/new_session.hpp"

#include <array>

#include "http/problem.hpp"
#include "http/request_body.hpp"
#include "sessgate/core/duration.hpp"

namespace sessgate::http {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> members{"userId",       "attributes", "user",
                                                  "activePeriod", "idlePeriod", "absoluteLifetime"};

bool refuse(Exchange& exchange, std::string_view code, std::string_view detail) {
    write_problem(exchange.response, 422, code, detail);
    return false;
}

/// A misspelt `idlePeriod` would otherwise give a session that lives longer than its caller believes.
bool knows_every_member(Exchange& exchange, const json& body) {
    for (const auto& [name, value] : body.items()) {
        if (std::find(members.begin(), members.end(), name) != members.end()) continue;
        return refuse(exchange, "body_invalid",
                      "Known members are userId, attributes, user, activePeriod, idlePeriod and absoluteLifetime.");
    }
    return true;
}

/// Leaves `period` as it is when the body does not have the member.
bool read_period(Exchange& exchange, const json& body, const char* member, core::Milliseconds& period) {
    const auto value = body.find(member);
    if (value == body.end()) return true;
    const auto parsed = value->is_string() ? core::parse_duration(value->get<std::string>()) : std::nullopt;
    if (!parsed || *parsed <= core::Milliseconds::zero()) {
        return refuse(exchange, "period_invalid",
                      R"(Periods are durations above zero, such as "250ms", "24h" or "14d".)");
    }
    period = *parsed;
    return true;
}

bool read_periods(Exchange& exchange, const json& body, service::SessionDefaults& periods) {
    if (!read_period(exchange, body, "activePeriod", periods.active_period)) return false;
    if (!read_period(exchange, body, "idlePeriod", periods.idle_period)) return false;
    if (body.contains("absoluteLifetime")) {
        core::Milliseconds lifetime{};
        if (!read_period(exchange, body, "absoluteLifetime", lifetime)) return false;
        periods.absolute_lifetime = lifetime;
    }
    const core::RotationPolicy& rotation = exchange.context.sessions.config().rotation;
    if (rotation.strategy == core::RenewalStrategy::rotate && periods.active_period < 5 * rotation.grace) {
        return refuse(exchange, "period_invalid", "activePeriod is at least five times session.rotation_grace.");
    }
    return true;
}

bool read_attributes(Exchange& exchange, const json& body, service::NewSession& wanted) {
    if (const auto value = body.find("attributes"); value != body.end()) {
        auto text = attributes_in(exchange, *value);
        if (!text) return false;
        wanted.attributes = std::move(*text);
    }
    if (const auto user = body.find("user"); user != body.end()) {
        if (!user->is_object() || user->size() != 1 || !user->contains("attributes")) {
            return refuse(exchange, "body_invalid", R"("user" is {"attributes": {…}}.)");
        }
        wanted.user_attributes = attributes_in(exchange, user->at("attributes"));
        return wanted.user_attributes.has_value();
    }
    return true;
}

}  // namespace

std::optional<service::NewSession> new_session_in(Exchange& exchange, const json& body) {
    if (!knows_every_member(exchange, body)) return std::nullopt;
    const auto user_id = body.find("userId");
    const bool is_text = user_id != body.end() && user_id->is_string();
    const auto id = is_text ? core::UserId::parse(user_id->get<std::string>()) : std::nullopt;
    if (!id) {
        refuse(exchange, "user_id_invalid", "userId is a string of 1 to 128 bytes of visible ASCII without { and }.");
        return std::nullopt;
    }
    service::NewSession wanted{
        .user = *id, .user_attributes = {}, .periods = exchange.context.sessions.config().defaults};
    if (!read_periods(exchange, body, wanted.periods)) return std::nullopt;
    if (!read_attributes(exchange, body, wanted)) return std::nullopt;
    return wanted;
}

}  // namespace sessgate::http
