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
    : state_(shared.state),
      is_counted_(port == Port::data),
      is_there_(!is_counted_ || state_.served.fetch_add(1) < shared.config().connections_max),
      is_told_(!is_there_ && state_.told.fetch_add(1) < told_at_a_time) {
    if (is_there_) return;
    --state_.served;
    if (!is_told_) --state_.told;
}

Place::~Place() {
    if (is_there_ && is_counted_) --state_.served;
    if (is_told_) --state_.told;
}

}  // namespace sessgate::http
