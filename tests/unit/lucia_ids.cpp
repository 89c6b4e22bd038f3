#include "sessgate/core/lucia_ids.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "sessgate/core/encoding.hpp"
#include "sessgate/core/token_forms.hpp"

using namespace sessgate::core;

namespace {

constexpr RecordKey key{1, 2, 3};
constexpr RecordKey newer_key{4, 5, 6};
constexpr std::string_view lucia_id = "qhkikec4b2mz0xw9v8u7t6s5r4q3p2o1n0m5fyx1";
constexpr std::string_view recipe_token = "mfrggzdfmztwq2lknnwg23tpobyxe43u";

std::string text_of(const Token& token) {
    std::string text;
    append_token(text, token);
    return text;
}

}  // namespace

TEST_CASE("a token of Lucia 2 is its session's id, and is shown as another one that leads back to it") {
    const LuciaIds ids(Layout::lucia_2, {key});
    const auto token = ids.read_token(lucia_id);
    REQUIRE(token.has_value());

    CHECK(text_of(*token) == lucia_id);
    CHECK(token->id.is_lucia());
    CHECK(token->id.view().find(lucia_id.substr(0, 6)) == std::string_view::npos);
    CHECK(ids.shown(lucia_id) == token->id);
    CHECK(ids.stored(token->id) == lucia_id);
    CHECK(ids.hash_of(token->id) == hash_of(token->secret));
}

TEST_CASE("an id that was shown under an older key leads back, and one under a stranger's key does not") {
    const SessionId shown = LuciaIds(Layout::lucia_2, {key}).shown(lucia_id).value();

    CHECK(LuciaIds(Layout::lucia_2, {newer_key, key}).stored(shown) == lucia_id);
    CHECK(LuciaIds(Layout::lucia_2, {newer_key, key}).shown(lucia_id) != shown);
    CHECK(LuciaIds(Layout::lucia_2, {newer_key}).stored(shown) == std::nullopt);
}

TEST_CASE("no character of a shown id can be changed") {
    const LuciaIds ids(Layout::lucia_2, {key});
    const std::string shown(ids.shown(lucia_id)->view());
    for (std::size_t at = 0; at < shown.size(); ++at) {
        std::string changed = shown;
        changed[at] = changed[at] == 'a' ? 'b' : 'a';
        CHECK(ids.stored(SessionId::parse(changed).value()) == std::nullopt);
    }
}

TEST_CASE("a token of the recipe is known by its SHA-256") {
    const LuciaIds ids(Layout::lucia_recipe, {});
    const auto token = ids.read_token(recipe_token);
    REQUIRE(token.has_value());

    // printf %s mfrggzdfmztwq2lknnwg23tpobyxe43u | sha256sum
    CHECK(token->id.view() == "3eb68f93ebf78ee569898a83fa9013c7fc151e05e44410db950097e33f8548d1");
    CHECK(text_of(*token) == recipe_token);
    CHECK(ids.stored(token->id) == std::string(token->id.view()));
    CHECK(ids.hash_of(token->id) == hash_of(token->secret));
}

TEST_CASE("what Lucia does not make is no token of its") {
    const LuciaIds ids(Layout::lucia_2, {key});
    const LuciaIds recipe(Layout::lucia_recipe, {});
    for (const char bad : {'-', '_', '.', ' ', '%', '\0', '\xc3'}) {
        std::string text(lucia_id);
        text[7] = bad;
        CHECK_FALSE(ids.read_token(text).has_value());
        text = recipe_token;
        text[7] = bad;
        CHECK_FALSE(recipe.read_token(text).has_value());
    }
    CHECK_FALSE(ids.read_token(lucia_id.substr(1)).has_value());
    CHECK_FALSE(ids.read_token(recipe_token).has_value());
    CHECK_FALSE(recipe.read_token(lucia_id).has_value());
    CHECK_FALSE(recipe.read_token("MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U").has_value());
}

TEST_CASE("of the two sorts of tokens those are read and made that the layout asks for") {
    const TokenForms own;
    const TokenForms lucia(LuciaIds(Layout::lucia_2, {key}));
    const TokenForms both = TokenForms::own_beside(LuciaIds(Layout::lucia_2, {key}));
    const UserId user = *UserId::parse("ada");
    std::array<std::uint8_t, TokenForms::random_bytes> random{};
    random.fill(7);
    const std::string own_token = text_of(own.make(user, random));

    CHECK(own.read(own_token).has_value());
    CHECK_FALSE(own.read(lucia_id).has_value());
    CHECK(lucia.read(lucia_id).has_value());
    CHECK_FALSE(lucia.read(own_token).has_value());
    CHECK(both.read(own_token).has_value());
    CHECK(both.read(lucia_id).has_value());

    CHECK(text_of(both.make(user, random)) == own_token);
    const std::string made = text_of(lucia.make(user, random));
    CHECK(made.size() == 40);
    CHECK(std::ranges::all_of(made, is_base32));
}
