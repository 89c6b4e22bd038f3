#pragma once

namespace sessgate::service {

/// How often a conditional write of the control port is tried again. Each time that it lost, another write to the same
/// record was made, so even a crowd gets through; this many in a row means that something is wrong.
constexpr int attempts_max = 1000;

}  // namespace sessgate::service
