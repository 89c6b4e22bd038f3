#pragma once

#include "http/request.hpp"
#include "sessgate/service/store_log.hpp"

namespace sessgate::http {

/// What a log line may show of a request, for whoever has to find it again. Not its request id when that is a token: a
/// client may send anything.
service::RequestMark mark_of(const Request& request, std::string_view endpoint) noexcept;

}  // namespace sessgate::http
