#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sessgate/app/config.hpp"

namespace sessgate::app {

/// Who needs a setting; each also needs what the ones before it need.
enum class Reader {
    probe,    ///< `healthcheck`
    command,  ///< the commands that talk to a running program
    server,   ///< `serve` and `check`
};

/// How a settings file writes the value.
enum class Form { text, bare, list, table };

/// What is wrong with a value, as the end of a sentence that names it; nullopt when it was put into the Config.
using Wrong = std::optional<std::string>;

/// One row of the table of settings.
struct Setting {
    std::string key;            ///< `session.active_period`
    std::string fallback;       ///< the default, as a source would give it
    std::string fallback_note;  ///< how the default is found, where `fallback` cannot say it
    std::string allowed;        ///< completes "must be …"
    std::string help;           ///< one sentence
    std::function<Wrong(Config&, const std::string&)> put;
    Form form = Form::text;
    Reader first_reader = Reader::server;
    std::vector<std::string> choices{};  ///< all values there are, where they are words
    bool is_file = false;
    bool reloads = false;        ///< a new value counts from the next reload on, and not only after a restart
    bool names_secrets = false;  ///< the value is a file of secrets: people put the secret itself there by mistake

    std::string flag() const;         ///< `--session-active-period`
    std::string environment() const;  ///< `SESSGATE_SESSION_ACTIVE_PERIOD`
};

/// Where a value of type T stands in a Config.
template <typename T>
using Place = std::function<T&(Config&)>;

/// The place at the end of a path of members: `at(&Config::session, &SessionConfig::idle_period)`.
template <typename... Members>
auto at(Members... path) {
    return [=](Config & config) -> auto& {
        return (config.*....*path);
    };
}

/// Lowest and highest value that is allowed.
template <typename T>
struct Range {
    T lowest;
    T highest;
};

/// What each row says first.
struct Row {
    std::string key;
    std::string fallback;
    std::string help;
};

Setting duration_setting(Row row, Range<core::Milliseconds> range, const Place<core::Milliseconds>& place);
Setting size_setting(Row row, Range<std::size_t> range, const Place<std::size_t>& place);
Setting count_setting(Row row, Range<std::size_t> range, const Place<std::size_t>& place);
Setting boolean_setting(Row row, const Place<bool>& place);

/// A value that `put` reads by itself.
Setting text_setting(Row row, std::string allowed, std::function<Wrong(Config&, const std::string&)> put);

template <typename T>
struct Choice {
    std::string name;
    T value;
};

/// One of a few words.
template <typename T>
Setting choice_setting(Row row, std::vector<Choice<T>> choices, const Place<T>& place) {
    std::string allowed = "one of";
    for (const auto& choice : choices) allowed += (&choice == choices.data() ? " " : ", ") + choice.name;
    const auto put = [=](Config& config, const std::string& text) -> Wrong {
        for (const auto& choice : choices) {
            if (choice.name != text) continue;
            place(config) = choice.value;
            return std::nullopt;
        }
        return "must be " + allowed;
    };
    Setting setting = text_setting(std::move(row), allowed, put);
    for (const auto& choice : choices) setting.choices.push_back(choice.name);
    return setting;
}

}  // namespace sessgate::app
