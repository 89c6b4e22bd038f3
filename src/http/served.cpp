#include "http/served.hpp"

#include "http/shared.hpp"

namespace sessgate::http {

Served::Served(std::shared_ptr<Server::Shared> shared) noexcept : shared_(std::move(shared)) {
    ++shared_->connection_count;
}

Served::~Served() {
    if (shared_ && --shared_->connection_count == 0) shared_->when_empty();
}

Place::Place(Port port, Server::Shared& shared) noexcept
    : served_(port == Port::data ? &shared.state.served : nullptr),
      is_there_(served_ == nullptr || served_->fetch_add(1) < shared.config().connections_max) {
    if (!is_there_) --*served_;
}

Place::~Place() {
    if (is_there_ && served_ != nullptr) --*served_;
}

}  // namespace sessgate::http
