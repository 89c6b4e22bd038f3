#include "tests/support/redis_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace sessgate::tests {
namespace {

constexpr const char* user = "sessgate";
constexpr const char* password = "open-sesame";

/// Free now, and hardly taken before the server takes it: the kernel hands the same one out again much later.
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

}  // namespace

std::string minimal_acl() {
    std::ifstream file(SESSGATE_SOURCE_FOLDER "/docs/redis.md");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("ACL SETUSER sessgate ")) return line;
    }
    throw std::runtime_error("docs/redis.md has no ACL line");
}

RedisServer::RedisServer()
    : socket_(folder_.path() / "redis.sock"),
      certificate_(folder_.path() / "certificate.pem"),
      key_(folder_.path() / "key.pem"),
      port_(free_port()),
      tls_port_(free_port()) {
    const pid_t made = spawn(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key_, "-out", certificate_},
        folder_.path() / "openssl.log");
    ::waitpid(made, nullptr, 0);
    start();
}

RedisServer::~RedisServer() {
    kill();
}

void RedisServer::start() {
    pid_ = spawn({"redis-server",
                  "--port",
                  std::to_string(port_),
                  "--bind",
                  "127.0.0.1",
                  "--unixsocket",
                  socket_,
                  "--tls-port",
                  std::to_string(tls_port_),
                  "--tls-cert-file",
                  certificate_,
                  "--tls-key-file",
                  key_,
                  "--tls-ca-cert-file",
                  certificate_,
                  "--save",
                  "",
                  "--dir",
                  folder_.path(),
                  "--daemonize",
                  "no"},
                 folder_.path() / "redis.log");
    for (int attempt = 0; attempt < 2000; ++attempt) {
        admin_ = redisConnectUnix(socket_.c_str());
        if (admin_ != nullptr && admin_->err == 0) break;
        redisFree(admin_);
        admin_ = nullptr;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (admin_ == nullptr) throw std::runtime_error("redis-server did not start");
    std::istringstream words(minimal_acl());
    std::vector<std::string> line;
    for (std::string word; words >> word;) line.push_back(word == ">PASSWORD" ? std::string(">") + password : word);
    std::vector<const char*> parts;
    for (const std::string& word : line) parts.push_back(word.c_str());
    auto* const reply =
        static_cast<redisReply*>(redisCommandArgv(admin_, static_cast<int>(parts.size()), parts.data(), nullptr));
    if (reply == nullptr || reply->type != REDIS_REPLY_STATUS) throw std::runtime_error("the ACL line was refused");
    freeReplyObject(reply);
}

void RedisServer::kill() {
    if (admin_ != nullptr) redisFree(admin_);
    admin_ = nullptr;
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

void RedisServer::pause() const {
    ::kill(pid_, SIGSTOP);
}

void RedisServer::resume() const {
    ::kill(pid_, SIGCONT);
}

/// As the user with the fewest rights, so that whatever the store needs more than those fails.
adapters::RedisSettings RedisServer::over_unix() const {
    adapters::RedisSettings settings;
    settings.addresses.push_back({"", 0, socket_});
    settings.user = user;
    settings.password = password;
    return settings;
}

adapters::RedisSettings RedisServer::over_tcp() const {
    adapters::RedisSettings settings;
    settings.addresses.push_back({"127.0.0.1", static_cast<std::uint16_t>(port_), {}});
    settings.database = 3;
    return settings;
}

adapters::RedisSettings RedisServer::over_tls() const {
    adapters::RedisSettings settings;
    settings.addresses.push_back({"127.0.0.1", static_cast<std::uint16_t>(tls_port_), {}});
    settings.tls = adapters::RedisTls{certificate_, certificate_, key_};
    return settings;
}

std::string RedisServer::ask(std::initializer_list<std::string_view> command) const {
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

std::vector<std::string> RedisServer::keys() const {
    std::istringstream lines(ask({"KEYS", "*"}));
    std::vector<std::string> keys;
    for (std::string line; std::getline(lines, line);) keys.push_back(line);
    return keys;
}

}  // namespace sessgate::tests
