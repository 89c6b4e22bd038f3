#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace sessgate::ports {

enum class Level { debug, info, warning, error };

/// One `name=value` of a log line. Tokens, secrets and cookies have no conversion to a value.
struct Field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t> value;
};

/// Where events go: a line for each state change and failure, and for a sample of requests. Any thread.
class Log {
public:
    virtual ~Log() = default;
    virtual void write(Level level, std::string_view event, std::initializer_list<Field> fields = {}) noexcept = 0;
};

}  // namespace sessgate::ports
