#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sessgate/core/rotation.hpp"
#include "tests/fuzz/expect.hpp"

using namespace sessgate::core;
using namespace std::chrono_literals;
using sessgate::tests::expect;

namespace {

constexpr WallTime start = from_ms(1'700'000'000'000);
constexpr Milliseconds grace = 60s;
constexpr Milliseconds grace_max = 24h;

/// One session as DESIGN.md tells of it, with numbers for its tokens: each successor is one more.
struct Reference {
    enum class Previous { none, in_use, retired };

    int current = 0;
    bool has_next = false;
    Previous previous = Previous::none;
    WallTime promoted_at{};
    WallTime active_until{};
    WallTime idle_until{};
};

/// What the reference says of one use of a token.
struct Expected {
    std::optional<Reason> deny{};
    std::optional<int> replacement{};          ///< when nothing is written
    std::optional<int> replacement_written{};  ///< when the write was made
    std::optional<Reference> written{};        ///< none: nothing is to be written
};

class Session {
public:
    Session() {
        record_.periods = periods_from(record_, now_);
        reference_.active_until = now_ + 24h;
        reference_.idle_until = now_ + 24h * 15;
    }

    void pass(std::uint8_t step) {
        constexpr Milliseconds steps[] = {1ms, 59s, 61s, 1h, 23h, 25h, 24h * 13, 24h * 16};
        now_ += steps[step % std::size(steps)];
    }

    /// Uses a token; its write is made, or lost.
    void use(std::uint8_t which, bool is_written) {
        const int token = static_cast<int>(which % secrets_.size());
        const Expected expected = expect_of(token);
        const Token presented{record_.id, secrets_[static_cast<std::size_t>(token)]};
        const Salt salt{++salts_};
        Decision decision = decide(std::make_shared<const SessionRecord>(record_), presented, now_, policy_, salt);
        if (const auto* deny = std::get_if<Deny>(&decision))
            return expect(expected.deny == deny->reason, "denied as told");

        expect(!expected.deny, "allowed as told");
        const auto& allowed = std::get<AllowDecision>(decision);
        expect_replacement(allowed.allow, expected.replacement);
        expect((allowed.write != nullptr) == expected.written.has_value(), "written as told");
        if (!allowed.write || !is_written) return;
        expect_replacement(allowed.write->allow, expected.replacement_written);
        record_ = *allowed.write->desired;
        reference_ = *expected.written;
        expect(record_.periods == SessionPeriods{reference_.active_until, reference_.idle_until}, "periods as told");
    }

    void guess() const {
        Token presented{record_.id, Secret{}};
        presented.secret.bytes.fill(0xff);
        const Decision decision = decide(std::make_shared<const SessionRecord>(record_), presented, now_, policy_, {});
        const auto* deny = std::get_if<Deny>(&decision);
        expect(deny && deny->reason == Reason::unknown && !deny->forget_cookie, "a guess is unknown");
    }

private:
    Expected expect_of(int token) const {
        const Reference& session = reference_;
        const bool is_next = session.has_next && token == session.current + 1;
        const bool is_current = token == session.current;
        const bool is_previous = session.previous != Reference::Previous::none && token == session.current - 1;
        if (!is_next && !is_current && !is_previous) return {Reason::unknown};
        const bool is_retired =
            session.previous == Reference::Previous::retired || now_ > session.promoted_at + grace_max;
        if (is_previous && is_retired) return {Reason::superseded};
        if (now_ > session.idle_until) return {Reason::expired};
        if (is_previous) return {std::nullopt, session.current};
        return is_next ? use_of_next() : use_of_current();
    }

    Expected use_of_next() const {
        Reference written = renewed();
        ++written.current;
        written.has_next = false;
        written.previous = Reference::Previous::in_use;
        written.promoted_at = now_;
        return {std::nullopt, std::nullopt, std::nullopt, written};
    }

    Expected use_of_current() const {
        const std::optional<int> next = reference_.has_next ? std::optional(reference_.current + 1) : std::nullopt;
        const bool is_idle = now_ > reference_.active_until;
        const bool is_due = reference_.previous == Reference::Previous::in_use && now_ > reference_.promoted_at + grace;
        if (!is_idle && !is_due) return {std::nullopt, next};
        Reference written = renewed();
        if (is_due) written.previous = Reference::Previous::retired;
        if (is_idle && written.previous != Reference::Previous::in_use) written.has_next = true;
        return {std::nullopt, next, written.has_next ? std::optional(written.current + 1) : std::nullopt, written};
    }

    Reference renewed() const {
        Reference written = reference_;
        if (now_ <= reference_.active_until) return written;
        written.active_until = now_ + 24h;
        written.idle_until = now_ + 24h * 15;
        return written;
    }

    /// The first time that a successor is seen it gets its number; from then on it is the same.
    void expect_replacement(const Allow& allow, std::optional<int> number) {
        expect(allow.replacement.has_value() == number.has_value(), "a successor is handed out as told");
        if (!number) return;
        const auto index = static_cast<std::size_t>(*number);
        // One whose write was lost never was; the next one has another salt.
        if (index == secrets_.size()) secrets_.push_back(allow.replacement->secret);
        if (!reference_.has_next && *number == reference_.current + 1) secrets_[index] = allow.replacement->secret;
        expect(secrets_[index] == allow.replacement->secret, "at most one successor");
    }

    WallTime now_ = start;
    SessionRecord record_{*SessionId::parse("abcdefghij2345672345"),
                          *UserId::parse("ada"),
                          hash_of(Secret{}),
                          start,
                          {},
                          std::nullopt,
                          24h,
                          24h * 14};
    Reference reference_;
    std::vector<Secret> secrets_{Secret{}};
    std::uint8_t salts_ = 0;
    RotationPolicy policy_{RenewalStrategy::rotate, grace, grace_max};
};

}  // namespace

/// Any order of uses, lost writes and time gives what a plain reference says. Input: two bits of what to do, then its
/// argument, in each byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Session session;
    for (std::size_t i = 0; i < std::min<std::size_t>(size, 200); ++i) {
        const std::uint8_t argument = data[i] >> 2;
        switch (data[i] & 3) {
            case 0:
                session.pass(argument);
                break;
            case 1:
                session.use(argument, true);
                break;
            case 2:
                session.use(argument, false);
                break;
            default:
                session.guess();
        }
    }
    return 0;
}
