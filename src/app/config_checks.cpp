#include "app/config_checks.hpp"

#include <algorithm>
#include <initializer_list>

#include "app/config_cookies.hpp"

namespace sessgate::app {
namespace {

/// How many times the grace must fit into the active period (DESIGN.md, section 2).
constexpr int graces_in_active_period_min = 5;

class Checks {
public:
    Checks(const Config& config, const GivenValues& given, const std::set<std::string>& mistaken)
        : config_(config), given_(given), mistaken_(mistaken) {}

    Mistakes run() {
        check_periods();
        check_rotation();
        check_cookie();
        check_other_cookies();
        check_control();
        check_redis();
        check_lucia();
        return std::move(mistakes_);
    }

private:
    /// `key`'s value is wrong because of the others', unless one of them is a mistake by itself.
    void expect(bool is_fine, std::string_view key, std::initializer_list<std::string_view> others,
                const std::string& wrong) {
        const auto is_mistaken = [&](std::string_view name) { return mistaken_.contains(std::string(name)); };
        if (is_fine || is_mistaken(key) || std::ranges::any_of(others, is_mistaken)) return;
        std::string line = describe(key, given_.find(key)->second) + " " + wrong;
        for (const auto other : others) line += "; " + describe(other, given_.find(other)->second);
        mistakes_.push_back(std::move(line));
    }

    void check_periods() {
        const auto& session = config_.session;
        expect(!session.absolute_lifetime || *session.absolute_lifetime >= session.active_period,
               "session.absolute_lifetime", {"session.active_period"}, "must be at least session.active_period");
    }

    void check_rotation() {
        const auto& session = config_.session;
        const bool rotates = hands_out_tokens();
        expect(!rotates || session.active_period >= graces_in_active_period_min * session.rotation.grace,
               "session.active_period", {"session.rotation_grace"}, "must be at least 5 times session.rotation_grace");
        expect(!rotates || session.rotation.grace_max >= session.rotation.grace, "session.rotation_grace_max",
               {"session.rotation_grace"}, "must be at least session.rotation_grace");
    }

    void check_cookie() {
        core::CookieConfig cookie = config_.cookie;
        cookie.same_site = core::SameSite::lax;
        const auto prefix = mistake_in(cookie);
        expect(!prefix, "cookie.name", {"cookie.secure", "cookie.domain", "cookie.path"},
               "contradicts its attributes: " + prefix.value_or(""));

        const core::CookieConfig unnamed{
            .name = "session", .same_site = config_.cookie.same_site, .secure = config_.cookie.secure};
        expect(!mistake_in(unnamed), "cookie.same_site", {"cookie.secure"}, "needs cookie.secure = true");
    }

    void check_other_cookies() {
        const bool rotates = hands_out_tokens();
        expect(
            !rotates || config_.more_cookies.empty(), "session.renewal", {"cookie.more"},
            "must be extend where there are several session cookies: a rotation needs the one that it comes back in");
        for (const char* key : {"cookie.more", "cookie.clear"}) {
            const auto wrong = mistake_in_other_cookies(config_, key);
            expect(!wrong, key, {"cookie.name", "cookie.secure"}, wrong.value_or(""));
        }
    }

    void check_control() {
        const bool is_tcp = std::holds_alternative<TcpAddress>(config_.control.listen);
        const bool is_guarded = !config_.control.tokens.empty() || !config_.control.tls.files.client_ca.empty();
        expect(!is_tcp || is_guarded, "control.listen", {"control.token_file"},
               "is on TCP and needs a control.token_file, or control.tls_client_ca_file");
        const auto* tcp = std::get_if<TcpAddress>(&config_.listen);
        expect(config_.listen != config_.control.listen || (tcp != nullptr && tcp->port == 0), "control.listen",
               {"listen"}, "must be another address than listen");
    }

    /// Lucia's tokens name their session, so there nothing follows them whatever `session.renewal` says.
    bool hands_out_tokens() const {
        return config_.store.layout == core::Layout::sessgate &&
               config_.session.rotation.strategy == core::RenewalStrategy::rotate;
    }

    void check_lucia() {
        const StoreConfig& store = config_.store;
        const bool is_own = store.layout == core::Layout::sessgate;
        const auto wrong_store = why_no_place_for_lucia(store);
        expect(is_own || !wrong_store, "store.layout", {"store.url"}, wrong_store.value_or(""));
        expect(!store.migrate_from || !wrong_store, "store.migrate_from", {"store.url"}, wrong_store.value_or(""));
        expect(is_own || !store.migrate_from, "store.migrate_from", {"store.layout"}, "needs store.layout = sessgate");
        const bool has_key = store.lucia_layout() != core::Layout::lucia_2 || !store.record_keys.empty();
        expect(has_key, is_own ? "store.migrate_from" : "store.layout", {"store.record_keys_file"},
               "needs a key, under which session ids are shown: Lucia's own are secrets");
        expect(store.lucia_session_prefix != store.lucia_index_prefix, "store.lucia_session_prefix",
               {"store.lucia_index_prefix"}, "must be another one than store.lucia_index_prefix");
    }

    void check_redis() {
        const adapters::RedisTls& tls = config_.store.redis_tls;
        expect(tls.certificate_file.empty() == tls.key_file.empty(), "store.tls_certificate_file",
               {"store.tls_key_file"}, "needs its key, and the key needs it");
        const bool wants_tls = config_.store.kind == StoreKind::redis && config_.store.redis.tls;
        expect(wants_tls || tls.ca_file.empty(), "store.tls_ca_file", {"store.url"}, "needs a URL with rediss://");
        expect(wants_tls || tls.certificate_file.empty(), "store.tls_certificate_file", {"store.url"},
               "needs a URL with rediss://");
    }

    const Config& config_;
    const GivenValues& given_;
    const std::set<std::string>& mistaken_;
    Mistakes mistakes_;
};

}  // namespace

std::optional<std::string> why_no_place_for_lucia(const StoreConfig& store) {
    if (store.kind != StoreKind::redis) return "needs Redis, alone or with Sentinel";
    if (store.redis.kind != adapters::RedisKind::cluster) return std::nullopt;
    return "cannot be on a Redis Cluster, where a session of Lucia's and its user's set are in different slots, so "
           "that "
           "no write holds for both: keep Lucia's sessions in one Redis, alone or with Sentinel";
}

Mistakes mistakes_between(const Config& config, const GivenValues& given, const std::set<std::string>& mistaken) {
    return Checks(config, given, mistaken).run();
}

}  // namespace sessgate::app
