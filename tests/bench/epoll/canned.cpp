// The same answer to every request: epoll_canned ADDRESS ANSWER_FILE

#include <cstdio>

#include "listening.hpp"
#include "loop.hpp"

namespace {

struct Canned {
    std::string text;

    void answer(Client& client, std::string_view) const { client.out += text; }
    void ready() const {}
    void end_turn() const {}
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fputs("usage: epoll_canned ADDRESS ANSWER_FILE\n", stderr), 2;
    Canned canned{text_of(argv[2])};
    Loop<Canned>(listen_at(argv[1]), canned).run();
}
