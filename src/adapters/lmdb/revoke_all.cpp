#include <algorithm>

#include "adapters/lmdb/write.hpp"

namespace sessgate::adapters::lmdb {
namespace {

/// So many sessions end in one transaction: what they dirty has to fit into the room that is kept for revocations.
constexpr std::size_t step = 64;

/// The user's sessions are listed once, in the first transaction, so that one that is created between two steps lives.
class RevokeSessionsOf final : public Write {
public:
    RevokeSessionsOf(core::UserId user, std::optional<core::SessionId> except)
        : user_(std::move(user)), bucket_(core::bucket_of(user_)), except_(except) {}

    std::optional<WriteOutcome> apply(const WriteContext& context) override {
        if (!is_partly_done()) list(context);
        seen_now_ = std::min(step, ending_.size() - seen_);
        ended_now_ = 0;
        for (std::size_t i = seen_; i < seen_ + seen_now_; ++i) {
            const auto place = find_place(context.transaction, context.tables, user_, ending_[i]);
            if (place && erase_session(context.transaction, context.tables, *place)) ++ended_now_;
        }
        if (seen_ + seen_now_ < ending_.size()) return std::nullopt;
        return WriteOutcome(ended_ + ended_now_);
    }

    void committed() noexcept override {
        seen_ += seen_now_;
        ended_ += ended_now_;
    }

    std::string_view bucket() const noexcept override { return bucket_; }
    std::size_t weight() const noexcept override { return step; }
    bool is_partly_done() const noexcept override { return seen_ > 0; }

private:
    void list(const WriteContext& context) {
        ending_.clear();
        each_session_of(context.transaction, context.tables, user_, std::nullopt, [this](const core::SessionId& id) {
            if (id != except_) ending_.push_back(id);
            return true;
        });
    }

    core::UserId user_;
    std::string bucket_;
    std::optional<core::SessionId> except_;
    std::vector<core::SessionId> ending_;
    std::size_t seen_ = 0;  ///< of `ending_`, by transactions that are on disk
    std::size_t ended_ = 0;
    std::size_t seen_now_ = 0;  ///< the same by the last `apply`
    std::size_t ended_now_ = 0;
};

}  // namespace

std::unique_ptr<Write> revoke_sessions_of(core::UserId user, std::optional<core::SessionId> except) {
    return std::make_unique<RevokeSessionsOf>(std::move(user), except);
}

}  // namespace sessgate::adapters::lmdb
