#include "core/written_session.hpp"

#include "core/record_fields.hpp"
#include "sessgate/core/encoding.hpp"

namespace sessgate::core {
namespace {

/// Takes expected pieces off the front of a text. A piece that is not there may be an optional one; a piece that begins
/// as expected and goes on otherwise is a mistake, and then the text is never done.
class Pieces {
public:
    explicit Pieces(std::string_view text) noexcept : rest_(text) {}

    bool literal(std::string_view expected) noexcept {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    /// Milliseconds in at most 15 digits, which no record passes; more of them, and other spellings, are for the other
    /// reader.
    bool milliseconds(std::string_view before, Milliseconds& out) noexcept {
        if (!literal(before)) return false;
        constexpr std::size_t digits_max = 15;
        // A view of its own, which the compiler keeps in registers.
        const std::string_view text = rest_.substr(0, digits_max);
        std::int64_t value = 0;
        std::size_t count = 0;
        while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
            value = value * 10 + (text[count++] - '0');
        }
        const bool is_plain = count > 0 && (rest_.front() != '0' || count == 1) && value <= instant_max_ms;
        rest_.remove_prefix(count);
        out = Milliseconds(value);
        return is_plain || fail();
    }

    bool instant(std::string_view before, WallTime& out) noexcept {
        Milliseconds since_epoch{};
        if (!milliseconds(before, since_epoch)) return false;
        out = WallTime(since_epoch);
        return true;
    }

    bool text_to_quote(std::string_view before, std::string_view& out) noexcept {
        if (!literal(before)) return false;
        out = rest_.substr(0, rest_.find('"'));
        rest_.remove_prefix(out.size());
        return true;
    }

    bool bytes(std::string_view before, std::span<std::uint8_t> out) noexcept {
        const std::size_t length = base64url_length(out.size());
        if (!literal(before)) return false;
        if (rest_.size() < length || !decode_base64url(rest_.substr(0, length), out)) return fail();
        rest_.remove_prefix(length);
        return true;
    }

    bool object(std::string_view before, std::string& out) {
        if (!literal(before)) return false;
        // The reader would skip space in front, and what is taken off here would end before the object does.
        if (!rest_.starts_with('{')) return fail();
        JsonReader reader(rest_);
        const auto object = reader.raw_object();
        if (!object) return fail();
        out.assign(*object);
        rest_.remove_prefix(object->size());
        return true;
    }

    bool is_done() const noexcept { return !failed_ && rest_.empty(); }

private:
    bool fail() noexcept {
        failed_ = true;
        return false;
    }

    std::string_view rest_;
    bool failed_ = false;
};

bool read_periods(Pieces& in, SessionRecord& session) {
    if (!in.instant(R"(","created":)", session.created_at)) return false;
    if (!in.instant(R"(,"active_until":)", session.periods.active_until)) return false;
    if (!in.instant(R"(,"idle_until":)", session.periods.idle_until)) return false;
    WallTime absolute_end;
    if (in.instant(R"(,"absolute_end":)", absolute_end)) session.absolute_end = absolute_end;
    return in.milliseconds(R"(,"active_period":)", session.active_period) &&
           in.milliseconds(R"(,"idle_period":)", session.idle_period) &&
           session.periods.active_until <= session.periods.idle_until;
}

/// `"hash":"…"` up to its quote, then what a rotation left there.
bool read_secrets(Pieces& in, SessionRecord& session) {
    if (!in.bytes(R"(,"hash":")", session.hash) || !in.literal(R"(")")) return false;
    PendingSuccessor next;
    if (in.bytes(R"(,"next":{"salt":")", next.salt)) {
        if (!in.bytes(R"(","hash":")", next.hash) || !in.literal(R"("})")) return false;
        session.next = next;
    }
    PreviousSecret previous;
    if (in.bytes(R"(,"previous":{"hash":")", previous.hash)) {
        Salt salt;
        if (in.bytes(R"(","salt":")", salt)) previous.salt = salt;
        if (!in.instant(R"(","promoted_at":)", previous.promoted_at) || !in.literal("}")) return false;
        session.previous = previous;
    }
    return true;
}

bool read_user_copy(Pieces& in, SessionRecord& session) {
    Milliseconds version{};
    if (!in.milliseconds(R"(,"user_version":)", version)) return true;
    session.user_copy.emplace();
    session.user_copy->version = static_cast<std::uint64_t>(version.count());
    return in.object(R"(,"user_attributes":)", session.user_copy->attributes);
}

}  // namespace

std::optional<SessionRecord> read_written_session(const SessionId& id, std::string_view json) {
    Pieces in(json);
    std::string_view user_text;
    if (!in.literal(R"({"v":1,"id":")") || !in.literal(id.view())) return std::nullopt;
    if (!in.text_to_quote(R"(","user":")", user_text)) return std::nullopt;
    auto user = user_text.find('\\') == std::string_view::npos ? UserId::parse(user_text) : std::nullopt;
    if (!user) return std::nullopt;

    SessionRecord session{.id = id, .user = std::move(*user), .created_at = {}, .periods = {}, .absolute_end = {}};
    if (!read_periods(in, session) || !read_secrets(in, session)) return std::nullopt;
    if (!in.object(R"(,"attributes":)", session.attributes) || !read_user_copy(in, session)) return std::nullopt;
    if (!in.literal("}") || !in.is_done()) return std::nullopt;
    return session;
}

}  // namespace sessgate::core
