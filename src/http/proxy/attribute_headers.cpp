#include "http/proxy/attribute_headers.hpp"

#include <algorithm>
#include <optional>

#include "sessgate/core/json.hpp"

namespace sessgate::http::proxy {
namespace {

using Source = AttributeHeader::Source;

constexpr std::size_t value_size_max = 256;

/// The member's value as it stands in `attributes`, which is a JSON object.
std::optional<std::string_view> member_of(std::string_view attributes, std::string_view name) noexcept {
    core::JsonReader reader(attributes);
    if (!reader.begin_object()) return std::nullopt;
    while (const auto member = reader.next_member()) {
        const auto value = reader.raw_value();
        if (!value) return std::nullopt;
        if (*member == name) return value;
    }
    return std::nullopt;
}

std::string text_of(std::string_view value) {
    if (value.starts_with('"')) return core::unescape_ascii(value.substr(1, value.size() - 2)).value_or("");
    const bool is_plain = value != "null" && !value.starts_with('{') && !value.starts_with('[');
    return is_plain ? std::string(value) : std::string{};
}

/// RFC 9110, 5.5, without the space around a value, which is lost on its way, and without bytes above ASCII, which
/// every backend reads in its own way.
bool can_stand_in_a_field(std::string_view text) noexcept {
    const auto is_safe = [](char c) { return c >= ' ' && c <= '~'; };
    return text.size() <= value_size_max && std::all_of(text.begin(), text.end(), is_safe) && !text.starts_with(' ') &&
           !text.ends_with(' ');
}

std::string value_of(const AttributeHeader& header, const core::SessionRecord& session, ports::Metrics& metrics) {
    const std::string* attributes = &session.attributes;
    if (header.source == Source::user) attributes = session.user_copy ? &session.user_copy->attributes : nullptr;
    const auto value = attributes ? member_of(*attributes, header.member) : std::nullopt;
    if (!value) return {};
    std::string text = text_of(*value);
    if (!can_stand_in_a_field(text)) text.clear();
    if (text.empty() && *value != "null" && *value != R"("")") metrics.dropped_headers.add();
    return text;
}

}  // namespace

bool needs_user(const AuthzConfig& config) noexcept {
    return std::any_of(config.headers.begin(), config.headers.end(),
                       [](const AttributeHeader& header) { return header.source == Source::user; });
}

void write_attributes(Exchange& exchange, const core::SessionRecord* session) {
    for (const AttributeHeader& header : exchange.context.config.authz.headers) {
        exchange.response.add_field(header.name,
                                    session ? value_of(header, *session, exchange.context.metrics) : std::string{});
    }
}

}  // namespace sessgate::http::proxy
