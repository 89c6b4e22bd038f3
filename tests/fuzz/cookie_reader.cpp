#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sessgate/core/cookie.hpp"
#include "tests/fuzz/expect.hpp"

using namespace sessgate::core;

namespace {

using Values = std::vector<std::string>;

/// A second reader, slow and plain: one character at a time, copying everything.
class SlowReader {
public:
    explicit SlowReader(std::string name) : name_(std::move(name)) {}

    Values read(const std::string& line) {
        for (const char c : line) {
            if (c == ';') {
                end_pair();
            } else if (c == '=' && !has_equals_) {
                has_equals_ = true;
            } else {
                (has_equals_ ? right_ : left_) += c;
            }
        }
        end_pair();
        return values_;
    }

private:
    static std::string trimmed(std::string text) {
        while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.erase(0, 1);
        while (!text.empty() && (text[text.size() - 1] == ' ' || text[text.size() - 1] == '\t')) text.pop_back();
        return text;
    }

    void end_pair() {
        if (has_equals_ && trimmed(left_) == name_) values_.push_back(trimmed(right_));
        left_.clear();
        right_.clear();
        has_equals_ = false;
    }

    std::string name_;
    std::string left_;
    std::string right_;
    bool has_equals_ = false;
    Values values_;
};

}  // namespace

/// The cookie reader finds the values that a second, slow reader finds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string line(reinterpret_cast<const char*>(data), size);
    for (const char* name : {"a", "__Host-session"}) {
        Values found;
        each_cookie_value(line, name, [&](std::string_view value) { found.emplace_back(value); });
        sessgate::tests::expect(found == SlowReader(name).read(line), "both readers find the same values");
    }
    return 0;
}
