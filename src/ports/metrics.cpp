#include "sessgate/ports/metrics.hpp"

namespace sessgate::ports {
namespace {

using std::string_view;

constexpr auto outcome_count = static_cast<std::size_t>(Outcome::failed) + 1;

const std::array<string_view, outcome_count>& outcome_names() {
    static const auto names = [] {
        std::array<string_view, outcome_count> all{};
        all.front() = "ok";
        for (int i = 0; i <= static_cast<int>(core::Reason::untrusted_origin); ++i) {
            const auto reason = static_cast<core::Reason>(i);
            all[static_cast<std::size_t>(outcome_of(reason))] = core::to_text(reason);
        }
        all[static_cast<std::size_t>(Outcome::refused)] = "refused";
        all[static_cast<std::size_t>(Outcome::unavailable)] = "unavailable";
        all[static_cast<std::size_t>(Outcome::failed)] = "failed";
        return all;
    }();
    return names;
}

constexpr std::array<string_view, 2> port_names{"data", "control"};
constexpr std::array<string_view, 3> lookup_names{"hit", "joined", "miss"};
constexpr std::array<string_view, 3> near_lookup_names{"hit", "miss", "off"};
constexpr std::array<string_view, 2> read_role_names{"led", "joined"};
constexpr std::array<string_view, 5> renewal_names{"done", "promoted", "retired", "lost", "failed"};
constexpr std::array<string_view, 10> call_names{"find",       "create",    "replace",      "revoke",      "list",
                                                 "revoke_all", "find_user", "replace_user", "remove_user", "check"};
constexpr std::array<string_view, 6> result_names{"ok", "unavailable", "timeout", "protocol", "full", "exists"};

}  // namespace

Outcome outcome_of(int status) noexcept {
    if (status < 400) return Outcome::ok;
    if (status < 500) return Outcome::refused;
    return status == 503 ? Outcome::unavailable : Outcome::failed;
}

Outcome outcome_of(core::Reason reason) noexcept {
    return static_cast<Outcome>(static_cast<int>(Outcome::first_reason) + static_cast<int>(reason));
}

string_view to_text(Outcome outcome) noexcept {
    return outcome_names()[static_cast<std::size_t>(outcome)];
}

Metrics::Metrics(std::span<const string_view> endpoints) : endpoints_{"endpoint", endpoints} {}

Label Metrics::outcomes() {
    return {"outcome", outcome_names()};
}
Label Metrics::ports() {
    return {"port", port_names};
}
Label Metrics::lookups() {
    return {"result", lookup_names};
}
Label Metrics::near_lookups() {
    return {"result", near_lookup_names};
}
Label Metrics::read_roles() {
    return {"role", read_role_names};
}
Label Metrics::renewal_results() {
    return {"result", renewal_names};
}
Label Metrics::store_call_names() {
    return {"call", call_names};
}
Label Metrics::store_results() {
    return {"result", result_names};
}

}  // namespace sessgate::ports
