#include "http/line_scan.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace sessgate::http;

namespace {

/// One byte after the other.
std::size_t end_of_text_in(const std::vector<char>& bytes, std::size_t from) {
    while (from != bytes.size() && is_text(bytes[from])) ++from;
    return from;
}

/// Where the scan ends that begins at `from`. The bytes stand in a piece of memory that is no longer than they are, so
/// that the sanitizers see a look beside it.
std::size_t scanned_in(const std::vector<char>& bytes, std::size_t from) {
    const char* const start = bytes.data();
    return static_cast<std::size_t>(end_of_text(start, start + from, start + bytes.size()) - start);
}

}  // namespace

TEST_CASE("a scan ends at the first byte that is no text, wherever it begins and that byte stands") {
    constexpr std::size_t longest = 50;
    for (std::size_t size = 0; size <= longest; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::vector<char> bytes(size, 'a');
            bytes[at] = '\r';
            bytes[size - 1] = '\n';
            bytes.shrink_to_fit();
            for (std::size_t from = 0; from <= size; ++from) {
                CAPTURE(size);
                CAPTURE(at);
                CAPTURE(from);
                REQUIRE(scanned_in(bytes, from) == end_of_text_in(bytes, from));
            }
        }
        const std::vector<char> text(size, 'a');
        for (std::size_t from = 0; from <= size; ++from) REQUIRE(scanned_in(text, from) == size);
    }
}

TEST_CASE("every byte is text to a scan or is not, in a whole block and in the last one, as it is alone") {
    for (int value = 0; value < 256; ++value) {
        std::vector<char> bytes(40, ' ');
        for (const std::size_t at : {std::size_t{3}, std::size_t{35}}) {
            bytes[at] = static_cast<char>(value);
            REQUIRE(scanned_in(bytes, 0) == end_of_text_in(bytes, 0));
            bytes[at] = ' ';
        }
    }
}
