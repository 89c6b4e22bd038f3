#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sessgate::tests {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// One answer as it came. Every Set-Cookie in it has passed the grammar checker.
struct Reply {
    int status = 0;
    Fields fields;
    std::string body;

    /// All values of a field, by its name in any case.
    std::vector<std::string> all(std::string_view name) const;
    /// The only value of a field; empty when it is not there; fails the test when there are several.
    std::string field(std::string_view name) const;
    /// The body as JSON; fails the test when it is none.
    nlohmann::json json() const;
    std::vector<std::string> set_cookies() const { return all("Set-Cookie"); }
};

/// A request as bytes. A body makes it JSON unless a Content-Type is given.
std::string request_text(std::string_view method, std::string_view target, const Fields& fields = {},
                         std::string_view body = {});

/// A client that sends bytes as the test wants them and reads answers one by one. Blocking; every wait ends after ten
/// seconds with a failure.
class HttpClient {
public:
    /// `address` as settings write it.
    explicit HttpClient(const std::string& address);
    ~HttpClient();
    HttpClient(HttpClient&& other) noexcept;

    void send(std::string_view bytes);

    /// Sends `bytes` and then as many zeros as the peer takes. True: until it closed; false: until it took no more.
    bool send_until_closed(std::string_view bytes);

    /// The next answer; `to_head`: it has no body whatever its fields say.
    Reply read(bool to_head = false);

    /// True when the peer closes without sending another byte. A reset, which could lose its last answer, fails the
    /// test.
    bool is_closed();

    /// Whether an answer, or the end, is there to be read; waits for it at most that long.
    bool is_readable_within(std::chrono::milliseconds time);

    /// Waits for the end without reading what came before it. True: the peer has closed.
    bool is_closed_unread();

    /// The end of what this side sends; it goes on reading.
    void stop_sending();

    /// Closes at once, so that the peer is told of a reset.
    void reset();

    /// Sends a request on this connection and reads its answer.
    Reply request(std::string_view method, std::string_view target, const Fields& fields = {},
                  std::string_view body = {});

private:
    bool has_event_within(short events, std::chrono::milliseconds time);
    bool receive();
    std::string take_line();

    int socket_ = -1;
    std::string buffer_;
};

}  // namespace sessgate::tests
