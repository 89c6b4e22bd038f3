#pragma once

#include <memory>
#include <vector>

#include "http/exchange.hpp"

namespace sessgate::http {

/// What a connection needs while it handles bytes, and gives back before it waits for more: an idle connection holds
/// none, and a busy one allocates nothing.
struct Workspace {
    std::vector<char> input;
    std::string output;
    Request request;
    std::string_view lone_cookie;  ///< of the request, as `lone_cookie_of`; looked for once
    Response response;

    core::WallTime begun{};        ///< when the request was there, and had no answer yet
    bool peer_is_trusted = false;  ///< and whether its forwarded fields were believed then

    // Of a request that waits for the store.
    boost::intrusive_ptr<EndpointContext> context{};  ///< that it began with
    std::optional<service::ReadAhead> ahead{};        ///< what was read for it
};

/// The workspaces of a shard, on its thread only.
class WorkspacePool {
public:
    static constexpr std::size_t input_size = std::size_t{16} * 1024;

    std::unique_ptr<Workspace> take() {
        if (free_.empty()) return fresh();
        auto workspace = std::move(free_.back());
        free_.pop_back();
        return workspace;
    }

    void give_back(std::unique_ptr<Workspace> workspace) {
        // Looked at one by one: the answer to a HEAD leaves a large body behind a small output.
        const bool ordinary = workspace->input.size() == input_size &&
                              workspace->output.capacity() <= output_size_max &&
                              workspace->response.body.capacity() <= output_size_max;
        if (ordinary && free_.size() < kept_max) free_.push_back(std::move(workspace));
    }

private:
    static constexpr std::size_t kept_max = 64;
    static constexpr std::size_t output_size_max = 4 * input_size;

    static std::unique_ptr<Workspace> fresh() {
        auto workspace = std::make_unique<Workspace>();
        workspace->input.resize(input_size);
        return workspace;
    }

    std::vector<std::unique_ptr<Workspace>> free_;
};

}  // namespace sessgate::http
