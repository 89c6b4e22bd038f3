#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/sidecar.hpp"

namespace sessgate::tests {
namespace {

const std::string old_token = "old-caller-token-0";
const std::string new_token = "new-caller-token-0";

std::string file_of_tokens(const TemporaryFolder& folder) {
    const auto path = folder.path() / "tokens";
    std::ofstream(path) << new_token << '\n' << old_token << '\n';
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path.string();
}

Fields with(const std::string& token) {
    return {{"X-Sessgate-Token", token}};
}

}  // namespace

TEST_CASE("with http.token_file the data port answers callers that carry one of its tokens, and no others") {
    const TemporaryFolder folder;
    Sidecar sidecar("lmdb:", {{"http.token_file", file_of_tokens(folder)}});
    const std::string session = sidecar.sign_in();

    for (const std::string& token : {old_token, new_token}) {
        CHECK(sidecar.get("/session", session, with(token)).field("X-Session-State") == "active");
        CHECK(sidecar.get("/authz/nginx", session, with(token)).status == 200);
    }
    for (const Fields& fields :
         {Fields{}, with(""), with(old_token + "x"), Fields{{"Authorization", "Bearer " + new_token}}}) {
        const Reply refused = sidecar.get("/session", session, fields);
        CHECK(refused.status == 401);
        CHECK(refused.json().at("code") == "caller_token_required");
        CHECK(refused.field("X-Session-State").empty());
        CHECK(sidecar.get("/nowhere", session, fields).status == 401);
    }
}

TEST_CASE("a proxy without the token is told to ask again, never that nobody is signed in") {
    const TemporaryFolder folder;
    Sidecar sidecar("memory:", {{"http.token_file", file_of_tokens(folder)}});
    const std::string session = sidecar.sign_in();

    const Reply refused = sidecar.get("/authz/traefik", session);
    CHECK(refused.status == 503);
    CHECK(refused.body.empty());
    CHECK(refused.field("X-Session-User").empty());
    CHECK(refused.field("X-Session-Reason") == "caller_token_required");
    CHECK(sidecar.get("/authz/optional/traefik", session).field("X-Session-State") == "unavailable");
}

TEST_CASE("the token opens the data port only, beside the session that the call is about") {
    const TemporaryFolder folder;
    Sidecar sidecar("memory:", {{"http.token_file", file_of_tokens(folder)}});
    const std::string session = sidecar.sign_in();

    Fields bearer = with(new_token);
    bearer.emplace_back("Authorization", "Bearer " + session);
    CHECK(sidecar.get("/session", {}, bearer).field("X-Session-State") == "active");
    CHECK(sidecar.call_control("GET", "/livez").status == 200);
}

}  // namespace sessgate::tests
