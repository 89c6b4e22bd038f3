#include "app/store_session.hpp"

namespace sessgate::app {
namespace {

/// A store that is there answers in a moment; one that is away may be on its way back.
constexpr auto patience = std::chrono::seconds(2);
constexpr auto pause = std::chrono::milliseconds(20);

}  // namespace

boost::system::result<std::unique_ptr<StoreSession>, std::string> StoreSession::open(const StoreConfig& config,
                                                                                     const LogConfig& log) {
    std::unique_ptr<StoreSession> session(new StoreSession(log));
    auto handle = open_store(config, session->clock_, session->log_);
    if (!handle) return handle.error();
    session->handle_ = std::move(*handle);
    session->store_ = session->handle_->open_shard(session->context_.get_executor());
    const auto end = core::SteadyTime::clock::now() + patience;
    for (;;) {
        const auto checked = session->run(session->store_->check());
        if (checked) return session;
        if (core::SteadyTime::clock::now() >= end) {
            return "the store cannot be used (" + std::string(core::to_text(checked.error())) + ")";
        }
        session->context_.restart();
        session->context_.run_for(pause);
    }
}

}  // namespace sessgate::app
