#include "adapters/lmdb/write.hpp"

namespace sessgate::adapters::lmdb {
namespace {

/// So many sessions end in one transaction: what they dirty has to fit into the room that is kept for revocations.
constexpr std::size_t step = 64;

/// Until there is none: what is created meanwhile ends as well.
class RevokeEverySession final : public Write {
public:
    std::optional<WriteOutcome> apply(const WriteContext& context) override {
        ending_now_.clear();
        each_expired(context.transaction, context.tables, core::WallTime::max(), [this](const SessionPlace& place) {
            ending_now_.push_back(place);
            return ending_now_.size() < step;
        });
        for (const SessionPlace& place : ending_now_) erase_session(context.transaction, context.tables, place);
        if (ending_now_.size() == step) return std::nullopt;
        return WriteOutcome(ended_ + ending_now_.size());
    }

    void committed() noexcept override { ended_ += ending_now_.size(); }
    bool concerns_all() const noexcept override { return true; }
    std::size_t weight() const noexcept override { return step; }
    bool is_partly_done() const noexcept override { return ended_ > 0; }

private:
    std::vector<SessionPlace> ending_now_;
    std::size_t ended_ = 0;
};

}  // namespace

std::unique_ptr<Write> revoke_every_session() {
    return std::make_unique<RevokeEverySession>();
}

}  // namespace sessgate::adapters::lmdb
