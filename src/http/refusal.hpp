#pragma once

#include <string_view>

namespace sessgate::http {

/// Why a message is refused: the answer's status, and a sentence for the problem document that lives as long as the
/// program. Every refusal closes the connection: what follows has no safe meaning.
struct Refusal {
    int status = 0;  ///< 0: not refused
    std::string_view why;
};

}  // namespace sessgate::http
