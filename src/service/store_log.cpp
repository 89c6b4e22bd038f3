#include "sessgate/service/store_log.hpp"

namespace sessgate::service {
namespace {

constexpr auto quiet_time = std::chrono::seconds(1);

}  // namespace

void StoreLog::failed(std::string_view operation, core::Errc error) noexcept {
    const std::lock_guard lock(mutex_);
    failed_last_ = clock_.steady();
    if (failing_) return;
    failing_ = true;
    failing_since_ = failed_last_;
    log_.write(ports::Level::error, core::to_text(error), {{"op", operation}});
}

void StoreLog::recovered() noexcept {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady();
    if (!failing_ || now - failed_last_ < quiet_time) return;
    failing_ = false;
    const auto elapsed = std::chrono::duration_cast<core::Milliseconds>(now - failing_since_);
    log_.write(ports::Level::info, "store_recovered", {{"after_ms", elapsed.count()}});
}

void StoreLog::token_superseded(const core::SessionId& id) noexcept {
    const std::lock_guard lock(mutex_);
    ++superseded_;
    const auto now = clock_.steady();
    if (now - superseded_logged_ < quiet_time) return;
    superseded_logged_ = now;
    log_.write(ports::Level::warning, "token_superseded", {{"session_id", id.view()}, {"count", superseded_}});
    superseded_ = 0;
}

}  // namespace sessgate::service
