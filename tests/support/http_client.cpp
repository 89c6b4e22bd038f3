#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "tests/support/set_cookie_grammar.hpp"

namespace sessgate::tests {
namespace {

constexpr timeval patience{10, 0};

bool equal_names(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

int connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return socket;
}

int connect_tcp(const std::string& text) {
    const auto colon = text.rfind(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
    REQUIRE(::inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) == 1);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    constexpr int at_once = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return socket;
}

}  // namespace

std::vector<std::string> Reply::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field_name, value] : fields) {
        if (equal_names(field_name, name)) values.push_back(value);
    }
    return values;
}

std::string Reply::field(std::string_view name) const {
    const auto values = all(name);
    REQUIRE(values.size() <= 1);
    return values.empty() ? std::string{} : values.front();
}

nlohmann::json Reply::json() const {
    nlohmann::json value = nlohmann::json::parse(body, nullptr, false);
    REQUIRE_MESSAGE(!value.is_discarded(), body);
    return value;
}

HttpClient::HttpClient(const std::string& address) {
    constexpr std::string_view unix_prefix = "unix:";
    const bool is_unix = address.starts_with(unix_prefix);
    socket_ = is_unix ? connect_unix(address.substr(unix_prefix.size())) : connect_tcp(address);
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

HttpClient::~HttpClient() {
    if (socket_ >= 0) ::close(socket_);
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

void HttpClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        REQUIRE_MESSAGE(sent > 0, std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool HttpClient::send_until_closed(std::string_view bytes) {
    send(bytes);
    const std::string zeros(1024 * 1024, '0');
    while (::send(socket_, zeros.data(), zeros.size(), MSG_NOSIGNAL) > 0) continue;
    return errno == EPIPE || errno == ECONNRESET;
}

/// False at the end of the stream.
bool HttpClient::receive() {
    char bytes[16 * 1024];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    REQUIRE_MESSAGE(count >= 0, std::strerror(errno));
    if (count == 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::string HttpClient::take_line() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) REQUIRE_MESSAGE(receive(), "closed within an answer");
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return line;
}

Reply HttpClient::read(bool to_head) {
    Reply reply;
    const std::string status_line = take_line();
    REQUIRE_MESSAGE(status_line.starts_with("HTTP/1.1 "), status_line);
    reply.status = std::stoi(status_line.substr(9, 3));
    for (std::string line = take_line(); !line.empty(); line = take_line()) {
        const auto colon = line.find(": ");
        REQUIRE(colon != std::string::npos);
        reply.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    const bool has_body = !to_head && reply.status != 204 && reply.status != 100;
    const std::size_t length = has_body ? std::stoul(reply.field("Content-Length")) : 0;
    while (buffer_.size() < length) REQUIRE_MESSAGE(receive(), "closed within a body");
    reply.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    for (const std::string& cookie : reply.set_cookies()) {
        CHECK_MESSAGE(!set_cookie_mistake(cookie).has_value(), cookie);
    }
    return reply;
}

bool HttpClient::is_closed() {
    return buffer_.empty() && !receive();
}

bool HttpClient::has_event_within(short events, std::chrono::milliseconds time) {
    pollfd waiting{socket_, events, 0};
    const int count = ::poll(&waiting, 1, static_cast<int>(time.count()));
    REQUIRE_MESSAGE(count >= 0, std::strerror(errno));
    return count == 1;
}

bool HttpClient::is_readable_within(std::chrono::milliseconds time) {
    return !buffer_.empty() || has_event_within(POLLIN, time);
}

bool HttpClient::is_closed_unread() {
    return has_event_within(POLLRDHUP, std::chrono::seconds(patience.tv_sec));
}

void HttpClient::stop_sending() {
    REQUIRE(::shutdown(socket_, SHUT_WR) == 0);
}

void HttpClient::reset() {
    constexpr linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(socket_, -1));
}

std::string request_text(std::string_view method, std::string_view target, const Fields& fields,
                         std::string_view body) {
    std::string head = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n";
    bool typed = body.empty();
    for (const auto& [name, value] : fields) {
        head += name + ": " + value + "\r\n";
        typed |= equal_names(name, "Content-Type");
    }
    if (!typed) head += "Content-Type: application/json\r\n";
    if (!body.empty()) head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return head + "\r\n" + std::string(body);
}

Reply HttpClient::request(std::string_view method, std::string_view target, const Fields& fields,
                          std::string_view body) {
    send(request_text(method, target, fields, body));
    return read(method == "HEAD");
}

}  // namespace sessgate::tests
