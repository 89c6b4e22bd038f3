#include "http/json_body.hpp"

#include <set>
#include <utility>
#include <vector>

#include "http/characters.hpp"

namespace sessgate::http {

namespace {

using nlohmann::json;

constexpr std::size_t depth_max = 32;
constexpr std::size_t shown_name_max = 64;  // bytes
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Listens to the parser and stops it at the first thing that we do not accept. Builds nothing: building comes after,
/// when the text is known to be good, with the library's own builder.
class Judge {
public:
    using number_integer_t = json::number_integer_t;
    using number_unsigned_t = json::number_unsigned_t;
    using number_float_t = json::number_float_t;
    using string_t = json::string_t;
    using binary_t = json::binary_t;

    bool null() { return value(); }
    bool boolean(bool) { return value(); }
    bool number_integer(number_integer_t) { return value(); }
    bool number_unsigned(number_unsigned_t) { return value(); }
    bool number_float(number_float_t, const string_t&) { return value(); }
    bool string(string_t&) { return value(); }
    bool binary(binary_t&) { return value(); }

    bool start_object(std::size_t) { return open(); }
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return value() && open(); }
    bool end_array() { return close(); }

    bool key(string_t& name) {
        if (names_.back().insert(name).second) return true;
        return fail(name.size() <= shown_name_max ? "The name \"" + name + "\" stands twice in one object."
                                                  : std::string("A long name stands twice in one object."));
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
        return fail("The body is not valid JSON near byte " + std::to_string(position) + ".");
    }

    std::string take_mistake() { return std::move(mistake_); }

private:
    bool value() { return !names_.empty() || fail("The body is not a JSON object."); }

    bool open() {
        if (names_.size() == depth_max) return fail("The body is nested deeper than 32 levels.");
        names_.emplace_back();
        return true;
    }

    bool close() {
        names_.pop_back();
        return true;
    }

    bool fail(std::string mistake) {
        mistake_ = std::move(mistake);
        return false;
    }

    std::vector<std::set<std::string>> names_;  ///< of each object that is open; empty for an array
    std::string mistake_;
};

bool is_content_type(std::string_view content_type, std::string_view wanted) noexcept {
    const auto semicolon = content_type.find(';');
    if (!is_same_text(trimmed(content_type.substr(0, semicolon)), wanted)) return false;
    if (semicolon == std::string_view::npos) return true;

    const std::string_view parameter = trimmed(content_type.substr(semicolon + 1));
    return is_same_text(parameter, "charset=utf-8") || is_same_text(parameter, "charset=\"utf-8\"");
}

}  // namespace

bool is_json_content_type(std::string_view content_type) noexcept {
    return is_content_type(content_type, "application/json");
}

bool is_merge_patch_content_type(std::string_view content_type) noexcept {
    return is_content_type(content_type, "application/merge-patch+json") || is_json_content_type(content_type);
}

JsonBody parse_json_body(std::string_view body) {
    // The library takes a NUL byte for the end of its input and would not see what follows.
    if (body.find('\0') != std::string_view::npos) return {nullptr, "The body holds a NUL byte."};
    // RFC 8259, 8.1: it must not be sent. The library would skip it, another reader would not.
    if (body.starts_with(byte_order_mark)) return {nullptr, "The body begins with a byte order mark."};

    Judge judge;
    if (!json::sax_parse(body.begin(), body.end(), &judge)) return {nullptr, judge.take_mistake()};
    return {json::parse(body.begin(), body.end()), {}};
}

}  // namespace sessgate::http
