#include "tests/support/redis_node.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

namespace sessgate::tests {
namespace {

std::string text_of(const redisReply& reply) {
    switch (reply.type) {
        case REDIS_REPLY_INTEGER:
            return std::to_string(reply.integer);
        case REDIS_REPLY_NIL:
            return "(nil)";
        case REDIS_REPLY_ARRAY: {
            std::string text;
            for (std::size_t i = 0; i < reply.elements; ++i) text += text_of(*reply.element[i]) + "\n";
            return text;
        }
        default:
            return std::string(reply.str, reply.len);
    }
}

/// The line with the rights that a document tells people to give to sessgate.
std::string acl_line_of(const std::string& document) {
    std::ifstream file(SESSGATE_SOURCE_FOLDER "/docs/" + document);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("ACL SETUSER sessgate ")) return line;
    }
    throw std::runtime_error(document + " has no ACL line");
}

}  // namespace

int free_port() {
    const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(handle, plain, size) == 0 && ::getsockname(handle, plain, &size) == 0;
    ::close(handle);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

pid_t spawn(const std::vector<std::string>& arguments, const std::string& output) {
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    const pid_t child = ::fork();
    if (child != 0) return child;
    // A test that crashes must leave no server behind.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execvp(pointers.front(), pointers.data());
    ::_exit(127);
}

RedisNode::~RedisNode() {
    kill();
}

void RedisNode::start(const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"redis-server"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    for (const std::string& part :
         {std::string("--port"), std::to_string(port_), std::string("--bind"), std::string("127.0.0.1"),
          std::string("--unixsocket"), socket(), std::string("--dir"), folder_.path().string()}) {
        arguments.push_back(part);
    }
    pid_ = spawn(arguments, folder_.path() / "redis.log");
    connect();
}

void RedisNode::connect() {
    for (int attempt = 0; attempt < 2000; ++attempt) {
        admin_ = redisConnectUnix(socket().c_str());
        if (admin_ != nullptr && admin_->err == 0) return;
        redisFree(admin_);
        admin_ = nullptr;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("redis-server did not start");
}

void RedisNode::kill() {
    if (admin_ != nullptr) redisFree(admin_);
    admin_ = nullptr;
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

void RedisNode::pause() const {
    ::kill(pid_, SIGSTOP);
}

void RedisNode::resume() const {
    ::kill(pid_, SIGCONT);
}

std::string RedisNode::ask(std::initializer_list<std::string_view> command) const {
    return ask(std::vector<std::string_view>(command));
}

std::string RedisNode::ask(const std::vector<std::string_view>& command) const {
    std::vector<const char*> parts;
    std::vector<std::size_t> sizes;
    for (const std::string_view part : command) {
        parts.push_back(part.data());
        sizes.push_back(part.size());
    }
    auto* const reply =
        static_cast<redisReply*>(redisCommandArgv(admin_, static_cast<int>(parts.size()), parts.data(), sizes.data()));
    if (reply == nullptr) throw std::runtime_error("redis-server does not answer");
    std::string text = text_of(*reply);
    freeReplyObject(reply);
    return text;
}

std::vector<std::string> RedisNode::keys() const {
    std::istringstream lines(ask({"KEYS", "*"}));
    std::vector<std::string> keys;
    for (std::string line; std::getline(lines, line);) keys.push_back(line);
    return keys;
}

void RedisNode::admit() const {
    set_user_as_in("redis.md");
}

void RedisNode::admit_beside_lucia() const {
    set_user_as_in("lucia.md");
}

void RedisNode::set_user_as_in(const std::string& document) const {
    const std::string line = acl_line_of(document);
    const std::string shown = std::string(">") + redis_password;
    std::istringstream words(line);
    std::vector<std::string> parts;
    for (std::string word; words >> word;) parts.push_back(word == ">PASSWORD" ? shown : word);
    const std::string answer = ask(std::vector<std::string_view>(parts.begin(), parts.end()));
    if (answer != "OK") throw std::runtime_error("the ACL line was refused: " + answer);
}

}  // namespace sessgate::tests
