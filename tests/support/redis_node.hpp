#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/folder.hpp"

struct redisContext;

namespace sessgate::tests {

/// The name and password under which `RedisNode::admit` lets that user in.
constexpr const char* redis_user = "sessgate";
constexpr const char* redis_password = "open-sesame";

/// A port that is free now, and hardly taken before a server takes it: the kernel hands it out again much later.
int free_port();

/// Runs a program; what it prints goes into the file `output`, and it ends with this process.
pid_t spawn(const std::vector<std::string>& arguments, const std::string& output);

/// A redis-server of the test's own, in its own folder, on a TCP port and a unix socket; gone with it.
class RedisNode {
public:
    RedisNode() = default;
    ~RedisNode();
    RedisNode(const RedisNode&) = delete;
    RedisNode& operator=(const RedisNode&) = delete;

    /// `options`: for its command line, beside those for the folder, the port and the socket. Returns when it answers.
    void start(const std::vector<std::string>& options);

    /// What the server answers, as text; of an array its elements, one on each line.
    std::string ask(std::initializer_list<std::string_view> command) const;
    std::string ask(const std::vector<std::string_view>& command) const;

    std::vector<std::string> keys() const;

    /// Makes the user with the fewest rights, so that whatever the store needs more than those fails.
    void admit() const;

    /// Gives that user what it needs beside Lucia as well.
    void admit_beside_lucia() const;

    void pause() const;   ///< SIGSTOP
    void resume() const;  ///< SIGCONT
    void kill();          ///< SIGKILL; what it held is lost

    int port() const noexcept { return port_; }
    std::string socket() const { return folder_.path() / "redis.sock"; }
    const std::filesystem::path& folder() const noexcept { return folder_.path(); }

private:
    void connect();
    void set_user_as_in(const std::string& document) const;

    TemporaryFolder folder_;
    int port_ = free_port();
    pid_t pid_ = 0;
    redisContext* admin_ = nullptr;
};

}  // namespace sessgate::tests
