#include "app/spdlog_log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "app/log_line.hpp"

namespace sessgate::app {
namespace {

spdlog::level::level_enum spdlog_level(ports::Level level) noexcept {
    switch (level) {
        case ports::Level::debug:
            return spdlog::level::debug;
        case ports::Level::info:
            return spdlog::level::info;
        case ports::Level::warning:
            return spdlog::level::warn;
        case ports::Level::error:
            break;
    }
    return spdlog::level::err;
}

constexpr const char* pattern(LogFormat format) noexcept {
    return format == LogFormat::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                     : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
}

}  // namespace

SpdlogLog::SpdlogLog(const LogConfig& config)
    : format_(config.format),
      logger_(std::make_shared<spdlog::logger>("sessgate", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
    logger_->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern(format_), spdlog::pattern_time_type::utc));
    logger_->set_level(spdlog_level(config.level));
}

void SpdlogLog::write(ports::Level level, std::string_view event, std::initializer_list<ports::Field> fields) noexcept {
    const auto as_spdlog = spdlog_level(level);
    if (!logger_->should_log(as_spdlog)) return;
    try {
        // As a value and not as a format: braces in a value are no placeholders.
        logger_->log(as_spdlog, "{}", log_line(format_, event, fields));
    } catch (const std::exception&) {
        return;  // no memory for a log line: what it tells of goes on
    }
}

}  // namespace sessgate::app
