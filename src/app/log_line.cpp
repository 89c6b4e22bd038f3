#include "app/log_line.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sessgate::app {
namespace {

std::string json_text(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

/// Whether `text` can stand without quotes beside other fields.
bool is_plain(std::string_view text) {
    const auto is_fine = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               (c != '\0' && std::string_view("-_.:/+@[]").find(c) != std::string_view::npos);
    };
    return !text.empty() && std::ranges::all_of(text, is_fine);
}

bool is_empty(const ports::Field& field) noexcept {
    const auto* text = std::get_if<std::string_view>(&field.value);
    return text != nullptr && text->empty();
}

std::string value_text(LogFormat format, const ports::Field& field) {
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) return std::to_string(*number);
    const auto text = std::get<std::string_view>(field.value);
    return format == LogFormat::text && is_plain(text) ? std::string(text) : json_text(text);
}

}  // namespace

std::string log_line(LogFormat format, std::string_view event, std::initializer_list<ports::Field> fields) {
    const bool is_json = format == LogFormat::json;
    std::string line = is_json ? "\"event\":" + json_text(event) : std::string(event);
    for (const ports::Field& field : fields) {
        if (is_empty(field)) continue;
        line += is_json ? "," + json_text(field.name) + ":" : " " + std::string(field.name) + "=";
        line += value_text(format, field);
    }
    return line;
}

}  // namespace sessgate::app
