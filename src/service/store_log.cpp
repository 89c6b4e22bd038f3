#include "sessgate/service/store_log.hpp"

#include <utility>

namespace sessgate::service {
namespace {

constexpr auto quiet_time = std::chrono::seconds(1);

}  // namespace

std::optional<std::int64_t> StoreLog::Repeated::happened(core::SteadyTime now) noexcept {
    ++count;
    if (now - logged < quiet_time) return std::nullopt;
    logged = now;
    return std::exchange(count, 0);
}

void StoreLog::failed(std::string_view operation, core::Errc error) noexcept {
    const std::lock_guard lock(mutex_);
    note_failure(operation, error);
}

void StoreLog::request_failed(const RequestMark& request, core::Errc error) noexcept {
    const std::lock_guard lock(mutex_);
    note_failure(request.endpoint, error);
    const auto count = requests_failed_.happened(failed_last_);
    if (!count) return;
    const auto failing_for = std::chrono::duration_cast<core::Milliseconds>(failed_last_ - failing_since_);
    log_.write(ports::Level::warning, "request_unavailable",
               {{"endpoint", request.endpoint},
                {"reason", core::to_text(error)},
                {"store_failing_ms", failing_for.count()},
                {"count", *count},
                {"request_id", request.request_id},
                {"trace_id", request.trace_id},
                {"parent_id", request.parent_id}});
}

void StoreLog::note_failure(std::string_view operation, core::Errc error) noexcept {
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
    const auto count = superseded_.happened(clock_.steady());
    if (!count) return;
    log_.write(ports::Level::warning, "token_superseded", {{"session_id", id.view()}, {"count", *count}});
}

}  // namespace sessgate::service
