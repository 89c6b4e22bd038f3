#pragma once

#include <string>

#include "http/request.hpp"

namespace sessgate::tests {

/// All that was kept of a request, as one text: two ways to read it are equal when these are.
inline std::string story_of(const http::Request& request) {
    std::string story(request.method);
    for (const std::string_view part :
         {request.target, request.path, request.query, request.authorization, request.content_type, request.origin,
          request.sec_fetch_site, request.sec_fetch_mode, request.sec_fetch_dest, request.x_forwarded_method,
          request.x_forwarded_host, request.x_forwarded_proto, request.scope, request.head, request.body}) {
        story.append("\n").append(part);
    }
    for (const std::string_view cookie : request.cookies) story.append("\ncookie ").append(cookie);
    story.append("\nversion ").append(std::to_string(request.version));
    story.append(request.keep_alive ? " kept alive" : " closes");
    story.append(" verb ").append(std::to_string(static_cast<int>(request.verb)));
    return story;
}

}  // namespace sessgate::tests
