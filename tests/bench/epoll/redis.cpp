// A GET for each request over one connection to Redis: epoll_redis ADDRESS REDIS_ADDRESS COOKIE_NAME KEY_PREFIX

#include <hiredis/hiredis.h>

#include <cstdio>
#include <cstdlib>
#include <deque>

#include "cookie.hpp"
#include "listening.hpp"
#include "loop.hpp"

namespace {

constexpr std::size_t id_size = 20;
constexpr std::size_t bucket_size = 3;

class Redis {
public:
    Redis(int listener, const std::string& address, std::string cookie_name, const std::string& prefix)
        : loop_(listener, *this),
          socket_(connect_to(address)),
          cookie_name_(std::move(cookie_name)),
          key_begin_(prefix + "s:{"),
          key_size_(key_begin_.size() + bucket_size + 2 + id_size) {
        loop_.watch(socket_);
    }

    [[noreturn]] void run() { loop_.run(); }

    void answer(Client& client, std::string_view head) {
        const std::string_view token = cookie_in(head, cookie_name_);
        if (token.size() < id_size) {
            client.out += nobody;
            return;
        }
        commands_.append("*2\r\n$3\r\nGET\r\n$").append(std::to_string(key_size_)).append("\r\n");
        commands_.append(key_begin_).append(token.substr(0, bucket_size)).append("}:");
        commands_.append(token.substr(0, id_size)).append("\r\n");
        ++client.waiting;
        waiting_.push_back(&client);
    }

    /// All commands of a turn leave in one write.
    void end_turn() {
        if (commands_.empty()) return;
        if (::send(socket_, commands_.data(), commands_.size(), 0) < 0) fail("Redis does not take commands");
        commands_.clear();
    }

    void ready() {
        char bytes[64 * 1024];
        const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
        if (size <= 0) fail("Redis has closed the connection");
        ::redisReaderFeed(reader_, bytes, static_cast<std::size_t>(size));
        std::vector<Client*> answered;
        for (void* reply = next_reply(); reply != nullptr; reply = next_reply()) {
            Client* client = waiting_.front();
            waiting_.pop_front();
            --client->waiting;
            append(client->out, *static_cast<redisReply*>(reply));
            ::freeReplyObject(reply);
            if (answered.empty() || answered.back() != client) answered.push_back(client);
        }
        for (Client* client : answered) loop_.flush(*client);
    }

private:
    static constexpr const char* nobody = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";

    void* next_reply() {
        void* reply = nullptr;
        if (::redisReaderGetReply(reader_, &reply) != REDIS_OK) fail("that is no reply of Redis");
        return reply;
    }

    static void append(std::string& out, const redisReply& reply) {
        if (reply.type != REDIS_REPLY_STRING) {
            out += nobody;
            return;
        }
        out.append("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: ");
        out.append(std::to_string(reply.len)).append("\r\n\r\n").append(reply.str, reply.len);
    }

    [[noreturn]] static void fail(const char* what) {
        std::fprintf(stderr, "%s\n", what);
        std::exit(1);
    }

    Loop<Redis> loop_;
    int socket_;
    std::string cookie_name_;
    std::string key_begin_;
    std::size_t key_size_;
    std::string commands_;
    std::deque<Client*> waiting_;  ///< for the replies, in their order
    redisReader* reader_ = ::redisReaderCreate();
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return std::fputs("usage: epoll_redis ADDRESS REDIS_ADDRESS COOKIE_NAME KEY_PREFIX\n", stderr), 2;
    Redis(listen_at(argv[1]), argv[2], argv[3], argv[4]).run();
}
