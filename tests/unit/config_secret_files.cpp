#include <doctest/doctest.h>

#include "tests/support/settings.hpp"

using namespace sessgate;
using namespace sessgate::app;
using namespace sessgate::tests;

namespace {

constexpr const char* token = "0123456789abcdef";

ReadConfig read_with_tokens(const std::string& path) {
    return read_flags({{"control.listen", "127.0.0.1:0"}, {"control.token_file", path}});
}

bool shows(const ReadConfig& read, std::string_view text) {
    return std::ranges::any_of(read.mistakes, [&](const auto& line) { return line.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("a control port on TCP needs a token file") {
    CHECK(is_only_mistake(read_flags({{"control.listen", "127.0.0.1:0"}}), {"control.listen", "control.token_file"}));

    const TemporaryFolder folder;
    const ReadConfig read =
        read_with_tokens(file_in(folder, "tokens", std::string(token) + "\n\nsecond-token-1234==\r\n"));
    CHECK(read.mistakes == Mistakes{});
    CHECK(read.config.control.tokens == std::vector<std::string>{token, "second-token-1234=="});
}

TEST_CASE("a token file that others may read or write is refused") {
    const TemporaryFolder folder;
    CHECK(read_with_tokens(file_in(folder, "group", token, 0640)).mistakes == Mistakes{});
    CHECK(
        is_only_mistake(read_with_tokens(file_in(folder, "readable", token, 0644)), {"read by everybody", "readable"}));
    CHECK(is_only_mistake(read_with_tokens(file_in(folder, "writable", token, 0602)),
                          {"written by everybody", "writable"}));
}

TEST_CASE("a token has at least 16 characters that a header can carry, and is never shown") {
    const TemporaryFolder folder;
    const ReadConfig too_short = read_with_tokens(file_in(folder, "short", std::string(token) + "\nhunter2hunter2h\n"));
    CHECK(is_only_mistake(too_short, {"line 2", "16 or more"}));
    CHECK_FALSE(shows(too_short, "hunter2"));
    CHECK(is_only_mistake(read_with_tokens(file_in(folder, "space", "hunter2 hunter2 hunter2")), {"line 1"}));
    CHECK(is_only_mistake(read_with_tokens(file_in(folder, "padding", "================")), {"line 1"}));
}

TEST_CASE("a token file that is missing, empty or no file is a mistake") {
    const TemporaryFolder folder;
    CHECK(is_only_mistake(read_with_tokens(file_in(folder, "empty", "\n")), {"is empty"}));
    CHECK(is_only_mistake(read_with_tokens(folder.path().string()), {"is not a file"}));
    CHECK(is_only_mistake(read_with_tokens((folder.path() / "none").string()), {"No such file"}));
}

TEST_CASE("a token given in place of its file is not shown") {
    const ReadConfig read = read_with_tokens("hunter2hunter2hunter2");
    CHECK(is_only_mistake(read, {"control.token_file (value not shown)"}));
    CHECK_FALSE(shows(read, "hunter2"));
}

TEST_CASE("record keys are read as hex and as base64url, newest first") {
    const TemporaryFolder folder;
    const std::string hex(64, '7');
    const std::string base64url = std::string(42, 'd') + "c";
    const ReadConfig read =
        read_flags({{"store.record_keys_file", file_in(folder, "keys", hex + "\n" + base64url + "\n")}});
    CHECK(read.mistakes == Mistakes{});
    REQUIRE(read.config.store.record_keys.size() == 2);
    CHECK(read.config.store.record_keys[0][31] == 0x77);
    CHECK(read.config.store.record_keys[1][0] == 0x75);
}

TEST_CASE("a record key of another length is a mistake that does not show it") {
    const TemporaryFolder folder;
    const ReadConfig read = read_flags({{"store.record_keys_file", file_in(folder, "keys", std::string(63, '7'))}});
    CHECK(is_only_mistake(read, {"store.record_keys_file", "line 1", "32 bytes"}));
    CHECK_FALSE(shows(read, "7777"));
}

TEST_CASE("commands read only the settings that they need") {
    ConfigSources sources;
    sources.flags["listen"] = {"nonsense", "flag"};
    sources.flags["store.record_keys_file"] = {"/nowhere", "flag"};
    sources.flags["control.token_file"] = {"/nowhere", "flag"};
    CHECK(read_config(sources, Reader::server).mistakes.size() == 3);
    CHECK(read_config(sources, Reader::command).mistakes.size() == 1);
    CHECK(read_config(sources, Reader::probe).mistakes.empty());
}
