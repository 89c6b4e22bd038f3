#include "app/bench/answer_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using sessgate::app::bench::Answer;
using sessgate::app::bench::AnswerReader;

namespace {

/// What a reader finds in `bytes` that arrive `piece` at a time.
struct Found {
    std::vector<Answer> answers;
    bool is_http = true;
    bool ends_with_connection = false;
};

Found read_in_pieces(std::string_view bytes, std::size_t piece) {
    AnswerReader reader;
    Found found;
    std::string waiting;
    while (!bytes.empty() && found.is_http) {
        waiting += bytes.substr(0, piece);
        bytes.remove_prefix(std::min(piece, bytes.size()));
        const auto used = reader.read(waiting, [&](const Answer& answer) { found.answers.push_back(answer); });
        found.is_http = used.has_value();
        waiting.erase(0, used.value_or(0));
    }
    found.ends_with_connection = reader.ends_with_connection();
    return found;
}

void check_sizes(const std::vector<std::string>& answers) {
    std::string bytes;
    for (const std::string& answer : answers) bytes += answer;
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        CAPTURE(piece);
        const Found found = read_in_pieces(bytes, piece);
        REQUIRE(found.answers.size() == answers.size());
        for (std::size_t i = 0; i < answers.size(); ++i) CHECK(found.answers[i].size == answers[i].size());
    }
}

}  // namespace

TEST_CASE("answers of each length are found one behind the other, wherever they are cut") {
    check_sizes({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                 "HTTP/1.1 200 OK\r\ncontent-length:  0 \r\nDate: today\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
                 "HTTP/1.1 401 Unauthorized\r\nContent-Type: a\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
                 "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"});
}

TEST_CASE("a chunked answer ends behind its trailers") {
    check_sizes({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nSome: trailer\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"});
}

TEST_CASE("the status of an answer is read, and that the connection ends behind it") {
    const auto read = [](const std::string& head) {
        return read_in_pieces(head + "Content-Length: 0\r\n\r\n", 10'000).answers.at(0);
    };

    CHECK(read("HTTP/1.1 503 Busy\r\n").status == 503);
    CHECK_FALSE(read("HTTP/1.1 200 OK\r\n").closes);
    CHECK(read("HTTP/1.1 200 OK\r\nConnection: close\r\n").closes);
    CHECK(read("HTTP/1.0 200 OK\r\n").closes);
    CHECK_FALSE(read("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n").closes);
}

TEST_CASE("what only informs stands before the answer and is none") {
    const Found found = read_in_pieces("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 204 No\r\n\r\n", 10'000);

    REQUIRE(found.answers.size() == 1);
    CHECK(found.answers[0].status == 204);
}

TEST_CASE("an answer without a length ends with its connection") {
    const Found found = read_in_pieces("HTTP/1.1 200 OK\r\n\r\nall of this", 10'000);

    CHECK(found.answers.empty());
    CHECK(found.ends_with_connection);
}

TEST_CASE("what is not HTTP is told from an answer that is not whole") {
    CHECK_FALSE(read_in_pieces("SSH-2.0-OpenSSH_9.2\r\n", 10'000).is_http);
    CHECK_FALSE(read_in_pieces("HTTP/1.1 2x0 OK\r\n\r\n", 10'000).is_http);
    CHECK_FALSE(read_in_pieces("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", 10'000).is_http);
    CHECK_FALSE(read_in_pieces("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", 10'000).is_http);
    CHECK(read_in_pieces("HTTP/1.1 200 O", 10'000).is_http);
}
