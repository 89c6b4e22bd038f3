#include "adapters/lmdb/write.hpp"
#include "sessgate/ports/session_store.hpp"

namespace sessgate::adapters::lmdb {
namespace {

using core::Errc;
using ports::Created;
using ports::Replaced;

WriteOutcome outcome(Created created) {
    return static_cast<std::size_t>(created);
}
WriteOutcome outcome(Replaced replaced) {
    return static_cast<std::size_t>(replaced);
}

class CreateSession final : public Write {
public:
    CreateSession(const core::RecordCodec& codec, const core::SessionRecord& session)
        : place_(place_of(session)), record_(codec.encode(session)) {
        if (session.user_copy) user_version_ = session.user_copy->version;
    }

    std::optional<WriteOutcome> apply(const WriteContext& context) override {
        if (get(context.transaction, context.tables.sessions, place_.id.view())) {
            return WriteOutcome(Errc::session_exists);
        }
        const auto user = load_user(context, place_.user);
        if (!user) return WriteOutcome(user.error());
        const auto version = *user ? std::optional((*user)->version) : std::nullopt;
        if (version != user_version_) return outcome(Created::user_changed);

        put_session(context.transaction, context.tables, place_, record_);
        return outcome(Created::created);
    }

    std::string_view bucket() const noexcept override { return place_.id.bucket(); }
    std::size_t growth() const noexcept override { return record_.size(); }
    std::size_t weight() const noexcept override { return 2; }

private:
    SessionPlace place_;
    std::string record_;
    std::optional<std::uint64_t> user_version_;
};

class ReplaceSession final : public Write {
public:
    ReplaceSession(const core::RecordCodec& codec, core::SessionRecord expected, const core::SessionRecord& desired)
        : expected_(std::move(expected)), place_(place_of(desired)), record_(codec.encode(desired)) {}

    std::optional<WriteOutcome> apply(const WriteContext& context) override {
        const auto stored = load_session(context, expected_.id);
        if (!stored) return WriteOutcome(stored.error());
        if (!*stored) return outcome(Replaced::gone);
        if (**stored != expected_) return outcome(Replaced::changed);

        erase_session(context.transaction, context.tables, place_of(expected_));
        put_session(context.transaction, context.tables, place_, record_);
        return outcome(Replaced::replaced);
    }

    std::string_view bucket() const noexcept override { return expected_.id.bucket(); }
    std::size_t growth() const noexcept override { return record_.size(); }
    std::size_t weight() const noexcept override { return 2; }

private:
    core::SessionRecord expected_;
    SessionPlace place_;
    std::string record_;
};

/// A record that does not decode is left alone, since its user and expiry are not known: it is never an allow, and
/// the sweep or revoke-all take it away by what the indexes say.
class RevokeSession final : public Write {
public:
    explicit RevokeSession(const core::SessionId& id) : id_(id) {}

    std::optional<WriteOutcome> apply(const WriteContext& context) override {
        const auto stored = load_session(context, id_);
        if (!stored) return WriteOutcome(stored.error());
        if (!*stored) return WriteOutcome(0);
        return WriteOutcome(erase_session(context.transaction, context.tables, place_of(**stored)) ? 1 : 0);
    }

    std::string_view bucket() const noexcept override { return id_.bucket(); }

private:
    core::SessionId id_;
};

}  // namespace

std::unique_ptr<Write> create_session(const core::RecordCodec& codec, const core::SessionRecord& session) {
    return std::make_unique<CreateSession>(codec, session);
}

std::unique_ptr<Write> replace_session(const core::RecordCodec& codec, core::SessionRecord expected,
                                       const core::SessionRecord& desired) {
    return std::make_unique<ReplaceSession>(codec, std::move(expected), desired);
}

std::unique_ptr<Write> revoke_session(const core::SessionId& id) {
    return std::make_unique<RevokeSession>(id);
}

}  // namespace sessgate::adapters::lmdb
