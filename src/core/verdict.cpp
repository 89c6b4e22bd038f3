#include "sessgate/core/verdict.hpp"

namespace sessgate::core {

std::string_view to_text(Reason reason) noexcept {
    switch (reason) {
        case Reason::no_cookie:
            return "no_cookie";
        case Reason::malformed:
            return "malformed";
        case Reason::unknown:
            return "unknown";
        case Reason::expired:
            return "expired";
        case Reason::superseded:
            return "superseded";
        case Reason::ambiguous_cookie:
            return "ambiguous_cookie";
        case Reason::user_missing:
            return "user_missing";
        case Reason::untrusted_origin:
            return "untrusted_origin";
    }
    return "unknown";
}

}  // namespace sessgate::core
