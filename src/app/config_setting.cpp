#include "app/config_setting.hpp"

#include <algorithm>

#include "app/config_values.hpp"
#include "sessgate/core/duration.hpp"

namespace sessgate::app {
namespace {

constexpr char to_upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// A setting whose text is parsed into a T and then held against a range. `form` says how a T is written.
template <typename T, typename Parse>
Setting ranged(Row row, const std::string& form, std::string allowed, Range<T> range, const Place<T>& place,
               Parse parse) {
    const auto put = [=](Config& config, const std::string& text) -> Wrong {
        const std::optional<T> value = parse(text);
        if (!value || *value < range.lowest || *value > range.highest) return "must be " + form + ", " + allowed;
        place(config) = *value;
        return std::nullopt;
    };
    return text_setting(std::move(row), std::move(allowed), put);
}

}  // namespace

std::string Setting::flag() const {
    std::string name = "--" + key;
    std::ranges::replace(name, '.', '-');
    std::ranges::replace(name, '_', '-');
    return name;
}

std::string Setting::environment() const {
    std::string name = "SESSGATE_" + key;
    std::ranges::replace(name, '.', '_');
    std::ranges::transform(name, name.begin(), to_upper);
    return name;
}

Setting text_setting(Row row, std::string allowed, std::function<Wrong(Config&, const std::string&)> put) {
    Setting setting;
    setting.key = std::move(row.key);
    setting.fallback = std::move(row.fallback);
    setting.help = std::move(row.help);
    setting.allowed = std::move(allowed);
    setting.put = std::move(put);
    return setting;
}

Setting duration_setting(Row row, Range<core::Milliseconds> range, const Place<core::Milliseconds>& place) {
    const std::string allowed = core::to_text(range.lowest) + " to " + core::to_text(range.highest);
    return ranged(std::move(row), "a duration such as 250ms, 24h or 14d", allowed, range, place, core::parse_duration);
}

Setting size_setting(Row row, Range<std::size_t> range, const Place<std::size_t>& place) {
    const std::string allowed = size_text(range.lowest) + " to " + size_text(range.highest);
    return ranged(std::move(row), "a size such as 16KiB or 64MiB", allowed, range, place, parse_size);
}

Setting count_setting(Row row, Range<std::size_t> range, const Place<std::size_t>& place) {
    const std::string allowed = std::to_string(range.lowest) + " to " + std::to_string(range.highest);
    Setting setting = ranged(std::move(row), "a number", allowed, range, place, parse_count);
    setting.form = Form::bare;
    return setting;
}

Setting boolean_setting(Row row, const Place<bool>& place) {
    Setting setting = choice_setting<bool>(std::move(row), {{"true", true}, {"false", false}}, place);
    setting.form = Form::bare;
    setting.allowed = "true or false";
    return setting;
}

}  // namespace sessgate::app
