#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace sessgate::adapters::redis {

/// One reply as the server sent it (RESP2).
struct Reply {
    enum class Type { nil, status, error, integer, string, array };

    Type type = Type::nil;
    std::string text{};        ///< of a status, an error or a string
    std::int64_t integer = 0;  ///< of an integer
    std::vector<Reply> elements{};

    bool is(Type wanted) const noexcept { return type == wanted; }
    bool is_status(std::string_view wanted) const noexcept { return type == Type::status && text == wanted; }
    bool is_string(std::string_view wanted) const noexcept { return type == Type::string && text == wanted; }

    /// Whether this is an error whose first word is `word`.
    bool is_error(std::string_view word) const noexcept;
};

/// Bytes to replies, with hiredis's reader and reply objects of our own. Takes no more memory than what arrives: a
/// length that a damaged or hostile server claims is never allocated ahead.
class ReplyReader {
public:
    enum class Next { reply, more, garbage };

    ReplyReader();
    ~ReplyReader();
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    /// Best fed with so much and asked for replies before there is more: hiredis moves all that it has not read yet
    /// each time that a kilobyte was read, which cost more than reading it (2026; make bench-counts).
    static constexpr std::size_t piece_size = 1024;

    void feed(std::string_view bytes);

    /// `garbage`: what came is no RESP, or more than any answer of ours can be; nothing can be read any more.
    Next next(Reply& reply);

private:
    struct Free {
        void operator()(redisReader* reader) const noexcept;
    };

    std::unique_ptr<redisReader, Free> reader_;
    std::unique_ptr<Reply> root_ = std::make_unique<Reply>();
    bool is_broken_ = false;
};

}  // namespace sessgate::adapters::redis
