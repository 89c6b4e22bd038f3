#pragma once

#include "tests/simulation/fleet.hpp"
#include "tests/simulation/ledger.hpp"

namespace sessgate::simulation {

/// Somebody who signs in, visits pages, changes things and signs out, and a thief who once saw a token of theirs. Calls
/// overlap, and answers come late or never.
class Browser {
public:
    Browser(World& world, Fleet& fleet, Ledger& ledger, core::UserId user);

    /// Acts now and then until `until`.
    void begin(Time until);

    /// It is night: the cookie is on disk by now. A browser that crashed and got no answer since may have slept too
    /// long.
    void settle();

    /// One visit after all faults, to a sidecar that is up: its answer has to be right.
    void visit_calmly();

private:
    void schedule(Time until);
    void act();
    void sign_in();
    void visit();
    void steal();
    void sign_out();
    void sign_out_everywhere();
    void change_attributes();
    void change_user();
    void rotate();

    void send(Sidecar& sidecar, Request request, std::string scope, bool renews, bool is_calm);
    void receive(std::size_t session, const core::Token& replacement);
    void take(const service::IssuedSession& issued);

    World& world_;
    Fleet& fleet_;
    Ledger& ledger_;
    core::UserId user_;
    std::optional<std::size_t> session_;  ///< in the ledger
    std::optional<core::Token> jar_;
    std::optional<core::Token> older_;  ///< what is on disk until the jar is written there
    std::vector<std::pair<std::size_t, core::Token>> stolen_;
    bool has_crashed_ = false;  ///< and holds an older token since
    bool signs_in_ = false;
    std::uint64_t scopes_ = 0;
};

}  // namespace sessgate::simulation
