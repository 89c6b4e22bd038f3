#pragma once

#include <memory>

#include "sessgate/app/config.hpp"

namespace spdlog {
class logger;
}

namespace sessgate::app {

/// Writes each event as one line to standard error, with the time in UTC and the level.
class SpdlogLog final : public ports::Log {
public:
    explicit SpdlogLog(const LogConfig& config);

    void write(ports::Level level, std::string_view event,
               std::initializer_list<ports::Field> fields) noexcept override;

private:
    LogFormat format_;
    std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace sessgate::app
