#include "app/control_client.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>
#include <vector>

#include "app/control_tls.hpp"

namespace sessgate::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using Generic = asio::generic::stream_protocol;
using Stream = beast::basic_stream<Generic, asio::io_context::executor_type>;

constexpr auto patience = std::chrono::seconds(10);
constexpr unsigned unauthorized = 401;
constexpr std::uint64_t answer_size_max = std::uint64_t{64} * 1024 * 1024;

/// A connection whose every step has the one deadline; the calls below return when the step is done.
class Connection {
public:
    explicit Connection(const ControlConfig& control) : control_(control) { stream_.expires_after(patience); }

    error_code connect() {
        error_code error;
        const auto endpoints = endpoints_of(control_.listen, error);
        for (const Generic::endpoint& endpoint : endpoints) {
            stream_.async_connect(endpoint, [&](error_code result) { error = result; });
            finish_step();
            if (!error) break;
        }
        const bool speaks_tls = !control_.tls.files.certificate.empty();
        return !error && speaks_tls ? begin_tls() : error;
    }

    error_code exchange(const beast::http::request<beast::http::string_body>& request, ControlAnswer& answer) {
        return tls_ ? exchange_over(*tls_, request, answer) : exchange_over(stream_, request, answer);
    }

private:
    template <typename Bytes>
    error_code exchange_over(Bytes& bytes, const beast::http::request<beast::http::string_body>& request,
                             ControlAnswer& answer) {
        error_code error;
        const auto take_result = [&](error_code result, std::size_t) { error = result; };
        beast::http::async_write(bytes, request, take_result);
        finish_step();
        if (error) return error;

        beast::http::response_parser<beast::http::string_body> parser;
        parser.body_limit(answer_size_max);
        beast::flat_buffer buffer;
        beast::http::async_read(bytes, buffer, parser, take_result);
        finish_step();
        if (error) return error;
        answer = {parser.get().result_int(), std::move(parser.get().body())};
        return error;
    }

    error_code begin_tls() {
        error_code error = use_client_certificate(tls_context_, control_);
        if (error) return error;
        tls_.emplace(stream_, tls_context_);
        tls_->async_handshake(ssl::stream_base::client, [&](error_code result) { error = result; });
        finish_step();
        if (error) return error;
        return shows_certificate_of(*tls_->native_handle(), control_.tls.files.certificate) ? error_code{} : not_ours();
    }

    std::vector<Generic::endpoint> endpoints_of(const ListenAddress& address, error_code& error) {
        if (const auto* local = std::get_if<UnixAddress>(&address)) {
            return {asio::local::stream_protocol::endpoint(local->path.string())};
        }
        const TcpAddress& tcp = std::get<TcpAddress>(address);
        std::vector<Generic::endpoint> endpoints;
        asio::ip::tcp::resolver resolver(context_);
        for (const auto& entry : resolver.resolve(tcp.host, std::to_string(tcp.port), error)) {
            endpoints.emplace_back(entry.endpoint());
        }
        return endpoints;
    }

    void finish_step() {
        context_.restart();
        context_.run();
    }

    const ControlConfig& control_;
    asio::io_context context_{1};
    Stream stream_{context_};
    ssl::context tls_context_{ssl::context::tls_client};
    std::optional<ssl::stream<Stream&>> tls_;
};

std::string why_not(const ListenAddress& address, error_code error) {
    namespace errc = boost::system::errc;
    const std::string where = to_text(address);
    if (error == errc::connection_refused || error == errc::no_such_file_or_directory) {
        return "sessgate is not running at " + where + ": start it with `sessgate serve`";
    }
    if (error == errc::permission_denied) {
        return "this user may not open " + where + ": run the command as the user that sessgate runs as";
    }
    if (error == not_ours()) {
        return where +
               " shows another certificate than the first in control.tls_certificate_file: if that file is new, "
               "let sessgate read it (SIGHUP)";
    }
    return "no answer from " + where + ": " + error.message();
}

beast::http::request<beast::http::string_body> as_message(const ControlConfig& control, const ControlRequest& request,
                                                          const std::string& token) {
    beast::http::request<beast::http::string_body> message;
    message.version(11);
    message.method_string(request.method);
    message.target(request.target);
    message.set(beast::http::field::host,
                std::holds_alternative<UnixAddress>(control.listen) ? "localhost" : to_text(control.listen));
    message.set(beast::http::field::connection, "close");
    if (!token.empty()) message.set(beast::http::field::authorization, "Bearer " + token);
    if (!request.body.empty()) message.set(beast::http::field::content_type, "application/json");
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

std::variant<ControlAnswer, NoAnswer> ask_with(const ControlConfig& control, const ControlRequest& request,
                                               const std::string& token) {
    Connection connection(control);
    if (const error_code error = connection.connect()) return NoAnswer{why_not(control.listen, error)};

    ControlAnswer answer;
    const auto message = as_message(control, request, token);
    if (const error_code error = connection.exchange(message, answer)) return NoAnswer{why_not(control.listen, error)};
    return answer;
}

}  // namespace

std::variant<ControlAnswer, NoAnswer> ask(const ControlConfig& control, const ControlRequest& request) {
    if (control.tokens.empty()) return ask_with(control, request, {});
    for (const std::string& token : control.tokens) {
        auto outcome = ask_with(control, request, token);
        const auto* const answer = std::get_if<ControlAnswer>(&outcome);
        const bool is_last = &token == &control.tokens.back();
        if (!answer || answer->status != unauthorized || is_last) return outcome;
    }
    return NoAnswer{};
}

}  // namespace sessgate::app
