#include "tests/support/secrets_in_logs.hpp"

#include <doctest/doctest.h>

#include <string>

using sessgate::tests::holds_secret;

TEST_CASE("the search for secrets in logs finds a token and its secret, and nothing in what may be logged") {
    const std::string id = "7xkq2m5d3w6zr4tbn2ya";
    const std::string secret(43, 'A');

    CHECK(holds_secret(secret));
    CHECK(holds_secret(id + "." + secret));
    CHECK(holds_secret("cookie=\"__Host-session=" + id + "." + secret + "; x\""));
    CHECK_FALSE(holds_secret(""));
    CHECK_FALSE(holds_secret(id));
    CHECK_FALSE(holds_secret(secret + "A"));
    CHECK_FALSE(holds_secret(secret.substr(1)));
    CHECK_FALSE(holds_secret("4bf92f3577b34da6a3ce929d0e0e4736"));
}
