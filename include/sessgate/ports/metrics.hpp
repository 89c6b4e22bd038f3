#pragma once

#include "sessgate/core/verdict.hpp"
#include "sessgate/ports/metric.hpp"

namespace sessgate::ports {

/// A row of the table of endpoints: the layer that has the table numbers it and names it. 0 is for requests that
/// reached none.
enum class EndpointRow : std::uint8_t {};

/// How a request was answered: as asked for, or with one of core::Reason, or else not.
enum class Outcome : std::uint8_t {
    ok,
    first_reason,  ///< as many as core::Reason has follow, in its order
    refused = first_reason + static_cast<int>(core::Reason::untrusted_origin) + 1,  ///< 4xx: a mistake of the caller's
    unavailable,                                                                    ///< 503
    failed,                                                                         ///< any other 5xx
};

/// What a status says of its own, and what a reason for having no session does.
Outcome outcome_of(int status) noexcept;
Outcome outcome_of(core::Reason reason) noexcept;

std::string_view to_text(Outcome outcome) noexcept;

enum class PortLabel : std::uint8_t { data, control };
enum class Lookup : std::uint8_t { hit, joined, miss };
enum class NearLookup : std::uint8_t {
    hit,
    miss,  ///< not kept, or not good enough for an answer
    off,   ///< the store cannot say whether what is kept is current
};
enum class ReadRole : std::uint8_t { led, joined };
enum class Renewal : std::uint8_t {
    done,      ///< new periods, and with rotation a successor
    promoted,  ///< the successor was used and became the token
    retired,   ///< the token before it became worth nothing
    lost,      ///< another write or a revocation came first
    failed,    ///< the store could not write; the next use tries again
};
enum class StoreCall : std::uint8_t {
    find,
    create,
    replace,
    revoke,
    list,
    revoke_all,
    find_user,
    replace_user,
    remove_user,
    check
};
enum class StoreResult : std::uint8_t { ok, unavailable, timeout, protocol, full, exists };

/// What one shard counts. The shard's thread writes, any thread reads.
///
/// A metric is one line here. It is shown under `/metrics` by standing here, added up over all shards; its help ends up
/// there too. Numbers that nobody counts on a request's path (the store's connections, the build) are asked for when
/// `/metrics` is: http/exposition.
class Metrics {
    std::vector<const Metric*> all_;
    Label endpoints_;

public:
    /// `endpoints`: the names of the rows; they live as long as the program.
    explicit Metrics(std::span<const std::string_view> endpoints);

    std::span<const Metric* const> all() const noexcept { return all_; }

    // clang-format off
    Counter<EndpointRow, Outcome> requests{all_, "sessgate_requests_total", "Requests answered, by endpoint and by what the answer was.", endpoints_, outcomes()};
    Histogram<EndpointRow> request_seconds{all_, "sessgate_request_seconds", "Time from the turn of the event loop that read a request to its answer.", endpoints_};
    Gauge<PortLabel> connections{all_, "sessgate_connections", "Open connections.", ports()};
    Counter<> turned_away{all_, "sessgate_connections_turned_away_total", "Connections closed because there were http.connections_max."};
    Counter<> dropped_headers{all_, "sessgate_header_values_dropped_total", "Attributes that could not stand in one of authz.headers and were left empty."};

    Counter<Lookup> memo{all_, "sessgate_memo_lookups_total", "Questions in a scope: answered before, being answered, or new.", lookups()};
    Counter<NearLookup> near_cache{all_, "sessgate_near_cache_lookups_total", "Tokens looked up among the records that are kept.", near_lookups()};
    Counter<ReadRole> session_reads{all_, "sessgate_session_reads_total", "Reads of a session: made, or joined while another request made them.", read_roles()};
    Counter<Renewal> renewals{all_, "sessgate_renewals_total", "Writes that the use of a session asked for.", renewal_results()};
    Counter<> superseded{all_, "sessgate_tokens_superseded_total", "Retired tokens that were presented: possible theft."};

    Counter<StoreCall, StoreResult> store_calls{all_, "sessgate_store_calls_total", "Calls to the store.", store_call_names(), store_results()};
    Histogram<StoreCall> store_seconds{all_, "sessgate_store_call_seconds", "Time that a call to the store took.", store_call_names()};
    // clang-format on

private:
    static Label outcomes();
    static Label ports();
    static Label lookups();
    static Label near_lookups();
    static Label read_roles();
    static Label renewal_results();
    static Label store_call_names();
    static Label store_results();
};

}  // namespace sessgate::ports
