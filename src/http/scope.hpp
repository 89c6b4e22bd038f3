#pragma once

#include "http/request.hpp"
#include "sessgate/core/scope.hpp"

namespace sessgate::http {

/// The browser request that the caller says it serves; empty when it does not say, or says something that is no scope.
inline std::string_view scope_of(const Request& request) noexcept {
    return core::is_scope(request.scope) ? request.scope : std::string_view{};
}

}  // namespace sessgate::http
