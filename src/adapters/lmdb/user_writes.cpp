#include "adapters/lmdb/write.hpp"
#include "sessgate/ports/session_store.hpp"

namespace sessgate::adapters::lmdb {
namespace {

using ports::Replaced;

WriteOutcome outcome(Replaced replaced) {
    return static_cast<std::size_t>(replaced);
}

class ReplaceUser final : public Write {
public:
    ReplaceUser(const core::RecordCodec& codec, std::optional<core::UserRecord> expected,
                const core::UserRecord& desired)
        : expected_(std::move(expected)), id_(desired.id), record_(codec.encode(desired)) {}

    std::optional<WriteOutcome> apply(const WriteContext& context) override {
        const auto stored = load_user(context, id_);
        if (!stored) return WriteOutcome(stored.error());
        if (!*stored && expected_) return outcome(Replaced::gone);
        if (*stored != expected_) return outcome(Replaced::changed);

        put(context.transaction, context.tables.users, id_.view(), record_);
        return outcome(Replaced::replaced);
    }

    std::size_t growth() const noexcept override { return record_.size(); }
    std::size_t weight() const noexcept override { return 2; }

private:
    std::optional<core::UserRecord> expected_;
    core::UserId id_;
    std::string record_;
};

class RemoveUser final : public Write {
public:
    explicit RemoveUser(core::UserId id) : id_(std::move(id)) {}

    std::optional<WriteOutcome> apply(const WriteContext& context) override {
        return WriteOutcome(erase(context.transaction, context.tables.users, id_.view()) ? 1 : 0);
    }

private:
    core::UserId id_;
};

}  // namespace

std::unique_ptr<Write> replace_user(const core::RecordCodec& codec, std::optional<core::UserRecord> expected,
                                    const core::UserRecord& desired) {
    return std::make_unique<ReplaceUser>(codec, std::move(expected), desired);
}

std::unique_ptr<Write> remove_user(core::UserId id) {
    return std::make_unique<RemoveUser>(std::move(id));
}

}  // namespace sessgate::adapters::lmdb
