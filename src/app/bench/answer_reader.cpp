#include "app/bench/answer_reader.hpp"

#include <boost/beast/core/string.hpp>
#include <charconv>

namespace sessgate::app::bench {
namespace {

using boost::beast::iequals;

constexpr std::size_t head_size_max = std::size_t{64} * 1024;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view protocol = "HTTP/";
constexpr std::size_t status_offset = 9;  // behind "HTTP/1.1 "
constexpr std::size_t status_line_size_min = status_offset + 3;

/// The whole of `text` as a number, or nullopt.
std::optional<std::uint64_t> number_of(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

bool has_no_body(unsigned status) {
    constexpr unsigned no_content = 204;
    constexpr unsigned not_modified = 304;
    return status == no_content || status == not_modified;
}

}  // namespace

std::optional<std::size_t> AnswerReader::read_step(std::string_view bytes) {
    switch (part_) {
        case Part::head:
            return read_head(bytes);
        case Part::body:
            return skip(bytes, Part::complete);
        case Part::chunk:
            return skip(bytes, Part::chunk_size);
        case Part::chunk_size:
            return read_chunk_size(bytes);
        case Part::trailers:
            return read_trailer(bytes);
        case Part::until_close:
        case Part::complete:
            break;
    }
    return bytes.size();
}

std::optional<std::size_t> AnswerReader::read_head(std::string_view bytes) {
    if (!bytes.starts_with(protocol.substr(0, bytes.size()))) return std::nullopt;
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return bytes.size() > head_size_max ? std::nullopt : std::optional<std::size_t>(0);
    }
    if (!take_head(bytes.substr(0, end + line_end.size()))) return std::nullopt;
    if (answer_.status < 200) {
        *this = {};  // it only informs; the answer itself follows
    } else {
        part_ = part_behind_head();
    }
    return end + 2 * line_end.size();
}

/// False: this is none. Each line has its end.
bool AnswerReader::take_head(std::string_view head) {
    if (head.size() < status_line_size_min) return false;
    const auto status = number_of(head.substr(status_offset, 3), 10);
    if (!status) return false;
    answer_.status = static_cast<unsigned>(*status);
    answer_.closes = head.starts_with("HTTP/1.0");
    std::size_t at = head.find('\r') + line_end.size();
    while (at < head.size()) {
        const std::size_t field_end = head.find('\r', at);
        if (!take_field(head.substr(at, field_end - at))) return false;
        at = field_end + line_end.size();
    }
    return true;
}

AnswerReader::Part AnswerReader::part_behind_head() {
    if (has_no_body(answer_.status)) return Part::complete;
    if (is_chunked_) return Part::chunk_size;
    if (has_length_) return left_ == 0 ? Part::complete : Part::body;
    answer_.closes = true;
    return Part::until_close;
}

/// False: the answer's length cannot be known.
bool AnswerReader::take_field(std::string_view field) {
    // Most fields say nothing here: their first letter tells.
    const char first = field.empty() ? ' ' : static_cast<char>(field.front() | 0x20);
    if (first != 'c' && first != 't') return true;
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view name = field.substr(0, colon);
    const std::string_view value = trimmed(field.substr(colon + 1));
    if (iequals(name, "content-length")) {
        const auto length = number_of(value, 10);
        has_length_ = length.has_value();
        left_ = length.value_or(0);
        return has_length_;
    }
    if (iequals(name, "transfer-encoding")) is_chunked_ = iequals(value, "chunked");
    if (iequals(name, "connection") && iequals(value, "close")) answer_.closes = true;
    if (iequals(name, "connection") && iequals(value, "keep-alive")) answer_.closes = false;
    return true;
}

std::size_t AnswerReader::skip(std::string_view bytes, Part next) {
    const auto skipped = std::min<std::uint64_t>(left_, bytes.size());
    left_ -= skipped;
    if (left_ == 0) part_ = next;
    return skipped;
}

std::optional<std::size_t> AnswerReader::read_chunk_size(std::string_view bytes) {
    const std::size_t end = bytes.find(line_end);
    if (end == std::string_view::npos) {
        return bytes.size() > head_size_max ? std::nullopt : std::optional<std::size_t>(0);
    }
    const std::string_view line = bytes.substr(0, end);
    const auto size = number_of(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) return std::nullopt;
    part_ = *size == 0 ? Part::trailers : Part::chunk;
    left_ = *size + line_end.size();
    return end + line_end.size();
}

std::size_t AnswerReader::read_trailer(std::string_view bytes) {
    const std::size_t end = bytes.find(line_end);
    if (end == std::string_view::npos) return 0;
    if (end == 0) part_ = Part::complete;
    return end + line_end.size();
}

}  // namespace sessgate::app::bench
