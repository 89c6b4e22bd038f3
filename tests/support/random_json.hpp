#pragma once

#include <random>
#include <string>

namespace sessgate::tests {

/// Writes random JSON texts of every shape: white space, escapes, UTF-8 of each length, numbers at their limits, which
/// a few are past: not every text is one that a reader takes.
/// The same seed gives the same texts.
class RandomJson {
public:
    explicit RandomJson(unsigned seed) : random_(seed) {}

    /// A number from 0 to `limit - 1`.
    std::size_t below(std::size_t limit) { return random_() % limit; }

    /// A JSON text, at most `depth` deep.
    std::string value(int depth);
    std::string object(int depth);

    /// A JSON string with its quotes.
    std::string string();

    /// UTF-8 of up to 20 characters, any of them.
    std::string utf8();

    /// `text` with one to three bytes changed, cut, doubled or put in.
    std::string mutated(std::string text);

private:
    std::string space();
    std::string number();
    std::string escape();
    std::string character();
    char byte();

    std::mt19937 random_;
};

}  // namespace sessgate::tests
