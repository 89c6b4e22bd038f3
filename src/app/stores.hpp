#pragma once

#include "sessgate/app/run.hpp"

namespace sessgate::app {

/// The name of a kind, as `store.url` begins.
std::string_view name_of(StoreKind kind) noexcept;

/// Opens the store that the settings name. `clock` and `log` must outlive it.
boost::system::result<std::unique_ptr<StoreHandle>, std::string> open_store(const StoreConfig& config,
                                                                            const ports::Clock& clock, ports::Log& log);

}  // namespace sessgate::app
