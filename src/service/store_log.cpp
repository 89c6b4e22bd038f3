#include "sessgate/service/store_log.hpp"

namespace sessgate::service {

void StoreLog::failed(std::string_view operation, core::Errc error) noexcept {
    if (failing_) return;
    failing_ = true;
    failing_since_ = clock_.steady();
    log_.write(ports::Level::error, core::to_text(error), {{"op", operation}});
}

void StoreLog::recovered() noexcept {
    failing_ = false;
    const auto elapsed = std::chrono::duration_cast<core::Milliseconds>(clock_.steady() - failing_since_);
    log_.write(ports::Level::info, "store_recovered", {{"after_ms", elapsed.count()}});
}

void StoreLog::token_superseded(const core::SessionId& id) noexcept {
    ++superseded_;
    const auto now = clock_.steady();
    if (now - superseded_logged_ < std::chrono::seconds(1)) return;
    superseded_logged_ = now;
    log_.write(ports::Level::warning, "token_superseded", {{"session_id", id.view()}, {"count", superseded_}});
    superseded_ = 0;
}

}  // namespace sessgate::service
