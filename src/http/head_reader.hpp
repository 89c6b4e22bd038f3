#pragma once

#include <string_view>

#include "http/refusal.hpp"
#include "http/request.hpp"

namespace sessgate::http {

/// Keeps views into the parts of a checked head that we use, and nothing of the others: give it the request line, then
/// each field in order.
class HeadReader {
public:
    /// Empties `request`. `scope_header`: the name of the field that is kept as its scope, in lower case.
    HeadReader(std::string_view scope_header, Request& request) noexcept;

    void take_request_line(std::string_view method, std::string_view target, int version) noexcept;

    /// `rest`: what follows the colon.
    void take_field(std::string_view name, std::string_view rest);

    /// After the last field: the refusal (status 400) when a field that decides is there twice, else one without
    /// status.
    Refusal finish() noexcept;

private:
    void keep(std::string_view name, std::string_view value);
    void keep_single(std::string_view& kept, std::string_view value) noexcept;
    void keep_fetch_metadata(std::string_view name, std::string_view value) noexcept;
    void take_connection(std::string_view value) noexcept;

    Request& request_;
    std::string_view scope_header_;
    bool has_repeated_field_ = false;
    bool closes_ = false;
    bool keeps_alive_ = false;
};

}  // namespace sessgate::http
