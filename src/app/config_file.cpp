#include <toml++/toml.h>

#include "app/config_keys.hpp"
#include "app/config_sources.hpp"

namespace sessgate::app {
namespace {

/// Reads one settings file into GivenValues.
class FileReader {
public:
    FileReader(const std::filesystem::path& path, GivenValues& given, Mistakes& mistakes)
        : path_(path.string()), given_(given), mistakes_(mistakes) {
        for (const Setting& setting : settings()) keys_.push_back(setting.key);
    }

    void read() {
        // The library reads a folder as an empty file, and then the program would run on its defaults.
        std::error_code ignored;
        if (path_.empty() || std::filesystem::is_directory(path_, ignored)) {
            mistakes_.push_back("config = \"" + path_ + "\" must be a settings file in TOML");
            return;
        }
        try {
            take_table(toml::parse_file(path_), "");
        } catch (const toml::parse_error& error) {
            const std::string line = error.source().begin.line > 0 ? place(error.source()) : path_;
            mistakes_.push_back(line + ": " + std::string(error.description()));
        }
    }

private:
    std::string place(const toml::source_region& source) const {
        return path_ + ":" + std::to_string(source.begin.line);
    }

    void take_table(const toml::table& table, const std::string& prefix) {
        for (const auto& [name, node] : table) take_node(prefix + std::string(name.str()), node);
    }

    void take_node(const std::string& key, const toml::node& node) {
        if (find_setting(key) == nullptr && node.is_table()) return take_table(*node.as_table(), key + ".");
        if (find_setting(key) == nullptr) {
            mistakes_.push_back(key + " (" + place(node.source()) + ") is not a setting" + suggestion(key, keys_));
            return;
        }
        const auto text = text_of(*find_setting(key), node);
        if (!text) {
            mistakes_.push_back(key + " (" + place(node.source()) + ") must be " + find_setting(key)->allowed);
            return;
        }
        given_[key] = {*text, place(node.source())};
    }

    static std::optional<std::string> text_of(const Setting& setting, const toml::node& node) {
        if (node.is_array()) return list_text(*node.as_array());
        const bool may_be_table = setting.form == Form::table && node.is_table();
        return may_be_table ? table_text(*node.as_table()) : value_text(node);
    }

    static std::optional<std::string> value_text(const toml::node& node) {
        if (const auto* text = node.as_string()) return text->get();
        if (const auto* number = node.as_integer()) return std::to_string(number->get());
        if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
        return std::nullopt;
    }

    static std::optional<std::string> list_text(const toml::array& array) {
        std::string list;
        for (const toml::node& node : array) {
            const auto* text = node.as_string();
            if (text == nullptr) return std::nullopt;
            list += (list.empty() ? "" : ", ") + text->get();
        }
        return list;
    }

    static std::optional<std::string> table_text(const toml::table& table) {
        std::string list;
        for (const auto& [name, node] : table) {
            const auto* text = node.as_string();
            if (text == nullptr) return std::nullopt;
            list.append(list.empty() ? "" : ", ").append(name.str()).append("=").append(text->get());
        }
        return list;
    }

    std::string path_;
    GivenValues& given_;
    Mistakes& mistakes_;
    std::vector<std::string> keys_;
};

}  // namespace

void take_file(const std::filesystem::path& path, GivenValues& given, Mistakes& mistakes) {
    FileReader(path, given, mistakes).read();
}

}  // namespace sessgate::app
