// An answer of its own for each token, found in a hash table: epoll_table ADDRESS TOKENS_FILE ANSWER_FILE COOKIE_NAME

#include <cstdio>
#include <sstream>
#include <unordered_map>

#include "cookie.hpp"
#include "listening.hpp"
#include "loop.hpp"

namespace {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

class Table {
public:
    Table(const char* tokens_file, const char* answer_file, std::string cookie_name)
        : cookie_name_(std::move(cookie_name)) {
        const std::string answer = text_of(answer_file);
        std::istringstream tokens(text_of(tokens_file));
        for (std::string token; std::getline(tokens, token);) answers_.emplace(token, answer);
    }

    void answer(Client& client, std::string_view head) const {
        const auto found = answers_.find(cookie_in(head, cookie_name_));
        client.out +=
            found == answers_.end() ? "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n" : found->second;
    }
    void ready() const {}
    void end_turn() const {}

private:
    std::string cookie_name_;
    std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> answers_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return std::fputs("usage: epoll_table ADDRESS TOKENS_FILE ANSWER_FILE COOKIE_NAME\n", stderr), 2;
    Table table(argv[2], argv[3], argv[4]);
    Loop<Table>(listen_at(argv[1]), table).run();
}
