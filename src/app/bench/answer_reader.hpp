#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sessgate::app::bench {

struct Answer {
    unsigned status = 0;
    std::size_t size = 0;  ///< bytes on the wire, head included
    bool closes = false;   ///< the server ends the connection behind it
};

/// Finds where each answer of a connection ends (RFC 9112, 6), and reads no more of it than that takes. For answers to
/// GET.
class AnswerReader {
public:
    /// Reads on, and calls `take(answer)` for each answer that is complete. Returns how many of `bytes` were used: the
    /// rest has to come again with what follows it. Nullopt: this is not HTTP.
    template <typename Take>
    std::optional<std::size_t> read(std::string_view bytes, Take take) {
        std::size_t used = 0;
        while (used < bytes.size()) {
            const std::optional<std::size_t> step = read_step(bytes.substr(used));
            if (!step) return std::nullopt;
            if (*step == 0) break;
            used += *step;
            answer_.size += *step;
            if (part_ == Part::complete) {
                take(answer_);
                *this = {};
            }
        }
        return used;
    }

    /// True when the end of the connection is the end of the answer under way.
    bool ends_with_connection() const noexcept { return part_ == Part::until_close; }

    /// The answer under way.
    const Answer& answer() const noexcept { return answer_; }

private:
    enum class Part { head, body, until_close, chunk_size, chunk, trailers, complete };

    /// One step into the answer; zero: more bytes are needed first.
    std::optional<std::size_t> read_step(std::string_view bytes);
    std::optional<std::size_t> read_head(std::string_view bytes);
    bool take_head(std::string_view head);
    Part part_behind_head();
    std::optional<std::size_t> read_chunk_size(std::string_view bytes);
    std::size_t read_trailer(std::string_view bytes);
    std::size_t skip(std::string_view bytes, Part next);
    bool take_field(std::string_view field);

    Part part_ = Part::head;
    std::uint64_t left_ = 0;  ///< of the body or the chunk
    bool has_length_ = false;
    bool is_chunked_ = false;
    Answer answer_;
};

}  // namespace sessgate::app::bench
