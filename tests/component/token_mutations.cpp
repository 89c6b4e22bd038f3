#include <doctest/doctest.h>

#include "sessgate/adapters/memory_store.hpp"
#include "tests/support/run.hpp"
#include "tests/support/service_shards.hpp"
#include "tests/support/sidecar.hpp"

using namespace sessgate;
using namespace sessgate::tests;

namespace {

/// Each byte changed, cut, doubled, case-folded; quotes, percent codes, Unicode space; and chains of all that.
class Mutations {
public:
    explicit Mutations(std::string token) : token_(std::move(token)) {}

    /// Something that is not the token.
    std::string next() {
        std::string text = token_;
        do {
            mutate(text);
        } while (random() % 4 == 0 || text == token_);
        return text;
    }

private:
    std::uint64_t random() {
        std::array<std::uint8_t, 8> bytes{};
        random_.fill(bytes);
        std::uint64_t number = 0;
        for (const auto byte : bytes) number = number << 8 | byte;
        return number;
    }

    void mutate(std::string& text) {
        const std::size_t at = text.empty() ? 0 : random() % text.size();
        constexpr std::array<std::string_view, 12> pieces{
            "\"", "'", "%20", "%2E", "\xe2\x80\x80", "\xc2\xa0", " ", "\t", ".", "=", "A", "a"};
        const std::string_view piece = pieces[random() % pieces.size()];
        switch (random() % 9) {
            case 0:
                return void(text.empty() ? text : text.replace(at, 1, 1, static_cast<char>(random())));
            case 1:
                return void(text.erase(at, 1));
            case 2:
                return void(text.insert(at, 1, text.empty() ? 'a' : text[at]));
            case 3:
                return void(text.empty() ? text : text.replace(at, 1, 1, static_cast<char>(text[at] ^ 0x20)));
            case 4:
                return void(text.insert(at, piece));
            case 5:
                return void(text = std::string(piece) + text + std::string(piece));
            case 6:
                return text.resize(at);
            case 7:
                return void(text += text);
            default:
                return void(text.empty() ? text : text.replace(at, 1, 1, "AaZz09-_.27"[random() % 11]));
        }
    }

    std::string token_;
    FixedRandom random_{20'330'518};
};

/// A value as a reader of cookies takes it: SP and HTAB around it do not belong to it.
std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

TEST_CASE("none of 1,000,000 mutations of a token is answered with a session by the service") {
    boost::asio::io_context context;
    ServiceShards shards;
    adapters::MemoryDatabase database(shards.clock);
    const auto store = database.open_shard();
    service::SessionService& sessions = shards.add(context, *store);
    std::string text;
    const auto sign_in = [&]() -> ports::Task<void> {
        service::NewSession wanted{.user = *core::UserId::parse("ada"), .user_attributes = {}, .periods = {}};
        const auto issued = co_await sessions.create(std::move(wanted));
        core::append_token(text, issued.value().token);
    };
    boost::asio::co_spawn(context, sign_in(), [](std::exception_ptr error) { REQUIRE(!error); });
    context.run();
    REQUIRE(text.size() == core::Token::length);
    Mutations mutations(text);

    int looked_up = 0;
    int allowed = 0;
    const auto validate_all = [&]() -> ports::Task<void> {
        for (int i = 0; i < 1'000'000; ++i) {
            const auto token = core::parse_token(mutations.next());
            if (!token) continue;
            ++looked_up;
            service::Credential credential;
            credential.tokens.push_back(*token);
            const core::Verdict verdict = co_await sessions.validate(credential, {});
            if (std::holds_alternative<core::Allow>(verdict)) ++allowed;
        }
    };
    boost::asio::co_spawn(context, validate_all(), [](std::exception_ptr error) { REQUIRE(!error); });
    context.restart();
    context.run();

    CHECK(allowed == 0);
    CHECK(looked_up > 10'000);  // so that the service was asked, not only the parser
}

TEST_CASE("none of 10,000 mutations of a token is answered with a session through the socket") {
    Sidecar sidecar;
    const std::string token = sidecar.sign_in();
    Mutations mutations(token);
    HttpClient client = sidecar.data();

    int asked = 0;
    while (asked < 10'000) {
        const std::string mutation = mutations.next();
        const bool can_stand_in_a_field = mutation.find_first_of(std::string_view("\0\r\n;", 4)) == std::string::npos &&
                                          std::none_of(mutation.begin(), mutation.end(), [](unsigned char c) {
                                              return (c < ' ' && c != '\t') || c == 0x7f;
                                          });
        if (!can_stand_in_a_field || trimmed(mutation) == token) continue;
        ++asked;
        const Reply reply = client.request("GET", "/session", {{"Cookie", "__Host-session=" + mutation}});
        REQUIRE(reply.status == 200);
        REQUIRE_MESSAGE(reply.json().at("session").is_null(), mutation);
    }
    CHECK(client.request("GET", "/session", {{"Cookie", "__Host-session=" + token}}).field("X-Session-State") ==
          "active");
}
