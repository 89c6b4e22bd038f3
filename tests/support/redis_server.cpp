#include "tests/support/redis_server.hpp"

#include <sys/wait.h>

namespace sessgate::tests {

RedisServer::RedisServer()
    : certificate_(folder() / "certificate.pem"), key_(folder() / "key.pem"), tls_port_(free_port()) {
    const pid_t made = spawn(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key_, "-out", certificate_},
        folder() / "openssl.log");
    ::waitpid(made, nullptr, 0);
    start();
}

void RedisServer::start() {
    RedisNode::start({"--save", "", "--tls-port", std::to_string(tls_port_), "--tls-cert-file", certificate_,
                      "--tls-key-file", key_, "--tls-ca-cert-file", certificate_});
    admit();
}

adapters::RedisSettings RedisServer::over_unix() const {
    adapters::RedisSettings settings;
    settings.addresses.push_back({"", 0, socket()});
    settings.user = redis_user;
    settings.password = redis_password;
    return settings;
}

adapters::RedisSettings RedisServer::over_tcp() const {
    adapters::RedisSettings settings;
    settings.addresses.push_back({"127.0.0.1", static_cast<std::uint16_t>(port()), {}});
    settings.database = 3;
    return settings;
}

adapters::RedisSettings RedisServer::over_tls() const {
    adapters::RedisSettings settings;
    settings.addresses.push_back({"127.0.0.1", static_cast<std::uint16_t>(tls_port_), {}});
    settings.tls = adapters::RedisTls{certificate_, certificate_, key_};
    return settings;
}

}  // namespace sessgate::tests
