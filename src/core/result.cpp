#include "sessgate/core/result.hpp"

#include <stdexcept>

namespace sessgate::core {

std::string_view to_text(Errc error) noexcept {
    switch (error) {
        case Errc::store_unavailable:
            return "store_unavailable";
        case Errc::store_timeout:
            return "store_timeout";
        case Errc::store_protocol:
            return "store_protocol";
        case Errc::store_full:
            return "store_full";
        case Errc::store_busy:
            return "store_busy";
        case Errc::session_exists:
            return "session_exists";
    }
    return "store_unavailable";
}

void throw_exception_from_error(Errc error, const boost::source_location& where) {
    throw std::logic_error(std::string("no value but ") + std::string(to_text(error)) + " in " + where.to_string());
}

}  // namespace sessgate::core
