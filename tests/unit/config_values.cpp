#include "app/config_values.hpp"

#include <doctest/doctest.h>

using namespace sessgate;
using namespace sessgate::app;

TEST_CASE("a size is read in each of its units") {
    CHECK(parse_size("0") == 0u);
    CHECK(parse_size("1024") == 1024u);
    CHECK(parse_size("16KiB") == 16u * 1024);
    CHECK(parse_size("64MiB") == 64u * 1024 * 1024);
    CHECK(parse_size("4GiB") == 4ull * 1024 * 1024 * 1024);
}

TEST_CASE("a text that is not exactly one size is refused") {
    for (const char* text :
         {"", "KiB", "16 KiB", "16kb", "16KB", "-1", "+1", "1.5MiB", "18446744073709551616", "17179869184GiB"}) {
        CAPTURE(text);
        CHECK(parse_size(text) == std::nullopt);
    }
}

TEST_CASE("a size is written in the largest unit that divides it") {
    CHECK(size_text(16 * 1024) == "16KiB");
    CHECK(size_text(1025) == "1025");
    CHECK(size_text(std::size_t{1} << 40) == "1024GiB");
}

TEST_CASE("a listen address is read in each of its forms and written as it was") {
    CHECK(parse_listen_address("127.0.0.1:8080") == ListenAddress(TcpAddress{"127.0.0.1", 8080}));
    CHECK(parse_listen_address("localhost:0") == ListenAddress(TcpAddress{"localhost", 0}));
    CHECK(parse_listen_address("[::1]:65535") == ListenAddress(TcpAddress{"::1", 65535}));
    CHECK(parse_listen_address("unix:/run/a.sock") == ListenAddress(UnixAddress{"/run/a.sock"}));

    for (const char* text : {"127.0.0.1:8080", "[::1]:65535", "unix:/run/a.sock"}) {
        CHECK(to_text(parse_listen_address(text).value()) == text);
    }
}

TEST_CASE("a text that is no listen address is refused") {
    for (const char* text :
         {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
          "256.0.0.1:80", "::1:80", "[127.0.0.1]:80", "[::1]", "a b:80", "unix:", "http://localhost:80"}) {
        CAPTURE(text);
        CHECK(parse_listen_address(text) == std::nullopt);
    }
}

TEST_CASE("a socket path of 107 bytes fits and a longer one does not") {
    CHECK(parse_listen_address("unix:/" + std::string(106, 'a')).has_value());
    CHECK_FALSE(parse_listen_address("unix:/" + std::string(107, 'a')).has_value());
}

TEST_CASE("a network holds its addresses, with IPv4 as a part of IPv6") {
    const auto v4 = parse_network("10.0.0.0/8").value();
    CHECK(v4.prefix_length == 104);
    CHECK(v4.contains(parse_network("10.255.0.1").value().address));
    CHECK_FALSE(v4.contains(parse_network("11.0.0.0").value().address));
    CHECK(parse_network("::1").value().prefix_length == 128);
    CHECK(parse_network("fd00::/8").value().prefix_length == 8);
    CHECK(parse_network("0.0.0.0/0").value().prefix_length == 96);
}

TEST_CASE("a text that is no network is refused, and so is one with bits after its length") {
    for (const char* text :
         {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.1/8", "fd00::1/64", "10.0.0/8", "host", "10.0.0.0/8 "}) {
        CAPTURE(text);
        CHECK(parse_network(text) == std::nullopt);
    }
}

TEST_CASE("a list is split at commas, without the spaces around its parts") {
    CHECK(split_list("").empty());
    CHECK(split_list(" ").empty());
    CHECK(split_list("a, b ,c") == std::vector<std::string_view>{"a", "b", "c"});
    CHECK(split_list("a,,b") == std::vector<std::string_view>{"a", "", "b"});
}
