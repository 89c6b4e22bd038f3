#include "sessgate/core/lucia_move.hpp"

#include "sessgate/core/lifecycle.hpp"

namespace sessgate::core {
namespace {

constexpr std::string_view origin_member = R"(,"lucia":")";

}  // namespace

SessionId moved_id(const SessionRecord& lucia) {
    const Digest random = sha256({as_bytes("sessgate id of a moved session"), lucia.hash});
    return SessionId::make(lucia.user, Bytes(random).first<SessionId::random_bytes>());
}

Secret moved_secret(const Secret& lucia, const SessionId& moved) {
    return Secret{hmac_sha256(lucia.bytes, {as_bytes("sessgate secret of a moved session"), as_bytes(moved.view())})};
}

SessionRecord moved_record(const SessionRecord& lucia, const SecretHash& hash, WallTime now,
                           std::optional<Milliseconds> absolute_lifetime) {
    SessionRecord session = lucia;
    session.id = moved_id(lucia);
    session.hash = hash;
    session.previous.reset();
    session.user_copy.reset();
    if (absolute_lifetime) session.absolute_end = now + *absolute_lifetime;
    if (const auto periods = renewal_at(session, now)) session.periods = *periods;
    session.unknown_fields = std::string(origin_member).append(lucia.id.view()).append("\"");
    return session;
}

SessionRecord marked_as_moved(SessionRecord lucia, WallTime now) {
    lucia.previous = PreviousSecret{{}, std::nullopt, now};
    return lucia;
}

bool is_marked_as_moved(const SessionRecord& lucia) noexcept {
    return lucia.id.is_lucia() && lucia.previous.has_value();
}

std::optional<SessionId> origin_of(const SessionRecord& session) {
    const auto at = session.unknown_fields.find(origin_member);
    if (at == std::string::npos) return std::nullopt;
    return SessionId::parse(
        std::string_view(session.unknown_fields).substr(at + origin_member.size()).substr(0, SessionId::lucia_length));
}

}  // namespace sessgate::core
