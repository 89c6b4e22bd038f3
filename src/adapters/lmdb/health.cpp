#include "adapters/lmdb/health.hpp"

#include "adapters/lmdb/error.hpp"

namespace sessgate::adapters::lmdb {

void Health::fail(std::string_view operation, int code) noexcept {
    if (failed_.exchange(true)) return;
    log_.write(ports::Level::error, "store_failed",
               {{"op", operation}, {"code", std::int64_t{code}}, {"error", std::string_view(mdb_strerror(code))}});
}

void Health::warn(std::string_view operation, int code) noexcept {
    warned_ = true;
    log_.write(ports::Level::warning, "store_call_failed",
               {{"op", operation}, {"code", std::int64_t{code}}, {"error", std::string_view(mdb_strerror(code))}});
}

}  // namespace sessgate::adapters::lmdb
