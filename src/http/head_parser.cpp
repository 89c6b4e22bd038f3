#include "http/head_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <limits>
#include <utility>

#include "http/characters.hpp"
#include "http/request_target.hpp"

namespace sessgate::http {

namespace {

namespace beast_http = boost::beast::http;
using boost::beast::http::field;

std::string_view to_std(boost::beast::string_view text) noexcept {
    return {text.data(), text.size()};
}

/// Keeps views into the head, and nothing else: Beast's own containers would copy each field into a list.
class HeadParser final : public beast_http::basic_parser<true> {
public:
    HeadParser(std::string_view scope_header, Request& request) noexcept
        : request_(request), scope_header_(scope_header) {
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
        skip(true);
    }

    bool has_repeated_field() const noexcept { return has_repeated_field_; }

private:
    /// For a field that decides something: the first value, and a refusal of the message at the second.
    void keep_single(std::string_view& kept, std::string_view value) noexcept {
        if (kept.data() != nullptr) has_repeated_field_ = true;
        kept = value;
    }

    /// For a field that is safe to do without: the first value, and none after the second. The empty view that stays
    /// has an address, which keeps a third value out.
    static void keep_unless_repeated(std::string_view& kept, std::string_view value) noexcept {
        kept = kept.data() == nullptr ? value : value.substr(0, 0);
    }

    void keep_known(field name, std::string_view value) {
        switch (name) {
            case field::cookie:
                request_.cookies.push_back(value);
                return;
            case field::authorization:
                return keep_single(request_.authorization, value);
            case field::content_type:
                return keep_single(request_.content_type, value);
            case field::origin:
                return keep_single(request_.origin, value);
            case field::sec_fetch_site:
                return keep_single(request_.sec_fetch_site, value);
            case field::sec_fetch_mode:
                return keep_single(request_.sec_fetch_mode, value);
            case field::sec_fetch_dest:
                return keep_single(request_.sec_fetch_dest, value);
            default:
                return;
        }
    }

    /// The fields we use that Beast has no number for.
    void keep_by_name(std::string_view name, std::string_view value) noexcept {
        switch (name.size()) {
            case 16:
                if (is_same_token(name, "x-forwarded-host")) keep_unless_repeated(request_.x_forwarded_host, value);
                return;
            case 17:
                if (is_same_token(name, "x-forwarded-proto")) keep_unless_repeated(request_.x_forwarded_proto, value);
                return;
            case 18:
                if (is_same_token(name, "x-forwarded-method")) keep_single(request_.x_forwarded_method, value);
                return;
            default:
                return;
        }
    }

    void on_request_impl(beast_http::verb verb, boost::beast::string_view method, boost::beast::string_view target,
                         int version, boost::beast::error_code&) override {
        request_.verb = verb;
        request_.method = to_std(method);
        request_.target = to_std(target);
        request_.version = version;
        const TargetParts parts = split_target(request_.target);
        request_.path = parts.path;
        request_.query = parts.query;
    }

    void on_field_impl(field known, boost::beast::string_view name, boost::beast::string_view value,
                       boost::beast::error_code&) override {
        if (is_same_text(to_std(name), scope_header_)) keep_unless_repeated(request_.scope, to_std(value));
        if (known == field::unknown) return keep_by_name(to_std(name), to_std(value));
        keep_known(known, to_std(value));
    }

    void on_response_impl(int, boost::beast::string_view, int, boost::beast::error_code&) override {}
    void on_header_impl(boost::beast::error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, boost::beast::error_code&) override {}
    std::size_t on_body_impl(boost::beast::string_view, boost::beast::error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, boost::beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view, boost::beast::error_code&) override {
        return 0;
    }
    void on_finish_impl(boost::beast::error_code&) override {}

    Request& request_;
    std::string_view scope_header_;
    bool has_repeated_field_ = false;
};

/// Empties `request` and keeps the room of its vector.
void clear(Request& request) {
    std::vector<std::string_view> cookies = std::move(request.cookies);
    cookies.clear();
    request = Request{};
    request.cookies = std::move(cookies);
}

}  // namespace

Refusal parse_head(std::string_view head, std::string_view scope_header, Request& request) {
    clear(request);
    request.head = head;
    HeadParser parser(scope_header, request);
    boost::beast::error_code error;
    parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
    if (error || !parser.is_done()) return {400, "The head could not be read."};
    if (parser.has_repeated_field()) return {400, "A field that may be there once is there twice."};
    request.keep_alive = parser.keep_alive();
    return {};
}

}  // namespace sessgate::http
