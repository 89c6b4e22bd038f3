#include "http/request_body.hpp"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>

#include "http/json_body.hpp"
#include "http/problem.hpp"
#include "sessgate/core/lucia_records.hpp"
#include "sessgate/core/session_record.hpp"

namespace sessgate::http {

namespace {

std::optional<nlohmann::json> parsed_body(Exchange& exchange) {
    JsonBody body = parse_json_body(exchange.request.body);
    if (!body.mistake.empty()) {
        write_problem(exchange.response, 400, "body_malformed", body.mistake);
        return std::nullopt;
    }
    return std::move(body.object);
}

}  // namespace

std::optional<nlohmann::json> object_in(Exchange& exchange) {
    if (is_json_content_type(exchange.request.content_type)) return parsed_body(exchange);
    write_problem(exchange.response, 415, "unsupported_media_type", "Send the body as application/json.");
    return std::nullopt;
}

std::optional<nlohmann::json> merge_patch_in(Exchange& exchange) {
    if (is_merge_patch_content_type(exchange.request.content_type)) return parsed_body(exchange);
    // RFC 5789, 3.1: who sent another format is told which one is taken.
    exchange.response.add_field("Accept-Patch", "application/merge-patch+json");
    write_problem(exchange.response, 415, "unsupported_media_type",
                  "Send the body as application/merge-patch+json or application/json.");
    return std::nullopt;
}

std::optional<std::string> attributes_in(Exchange& exchange, const nlohmann::json& value) {
    if (!value.is_object()) {
        write_problem(exchange.response, 422, "attributes_invalid", "Attributes are a JSON object.");
        return std::nullopt;
    }
    const bool is_taken =
        exchange.context.config.stores_lucia &&
        std::ranges::any_of(core::lucia_member_names, [&](auto name) { return value.contains(name); });
    if (is_taken) {
        write_problem(exchange.response, 422, "attributes_invalid",
                      "In Lucia's records an attribute stands among members that may not have its name.");
        return std::nullopt;
    }
    std::string text = value.dump();
    if (text.size() > core::attributes_size_max) {
        write_problem(exchange.response, 422, "attributes_too_large",
                      "Attributes take at most 3072 bytes as compact JSON.");
        return std::nullopt;
    }
    return text;
}

std::optional<core::UserId> user_id_in(Exchange& exchange) {
    const auto encoded = boost::urls::make_pct_string_view(
        boost::core::string_view(exchange.parameter.data(), exchange.parameter.size()));
    auto id = encoded.has_value() ? core::UserId::parse(encoded->decode()) : std::nullopt;
    if (!id) {
        write_problem(exchange.response, 422, "user_id_invalid",
                      "A user id is 1 to 128 bytes of visible ASCII without { and }, percent-encoded in a path.");
    }
    return id;
}

std::optional<core::SessionId> session_id_in(Exchange& exchange) {
    auto id = core::SessionId::parse(exchange.parameter);
    if (!id) write_not_found(exchange, "session");
    return id;
}

void write_not_found(Exchange& exchange, std::string_view what) {
    write_problem(exchange.response, 404, "not_found", "There is no such " + std::string(what) + ".");
}

}  // namespace sessgate::http
