#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sessgate::http {

/// The last text that was found good. Judging bytes costs several instructions for each, comparing them next to none.
class KnownText {
public:
    bool is(std::string_view text) const noexcept {
        return size_ != 0 && text == std::string_view(bytes_.data(), size_);
    }

    /// False: the text is too long to be kept, and what was kept stays.
    bool keep(std::string_view good) noexcept {
        if (good.size() > bytes_.size()) return false;
        std::copy(good.begin(), good.end(), bytes_.begin());
        size_ = static_cast<std::uint8_t>(good.size());
        return true;
    }

private:
    std::array<char, 63> bytes_{};
    std::uint8_t size_ = 0;
};

/// Where the parts of a request line stand, and its version.
struct RequestLine {
    std::size_t method_size = 0;
    std::size_t target_size = 0;
    bool is_version_10 = false;
};

/// What the heads that come to one shard have in common as a rule: their callers are few. Its thread only.
struct KnownLines {
    KnownText request_line;
    RequestLine parts;  ///< of `request_line`
    KnownText host;     ///< a field's value, with the space around it
};

}  // namespace sessgate::http
