#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// Runs one fuzz target without libFuzzer: over each file of the folders that it is given, and over so many variations
// of each, which are the same in every run.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

void run(const Bytes& input) {
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

Bytes read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A few bytes changed, put in, taken out or said twice.
Bytes varied(Bytes bytes, std::minstd_rand& random) {
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
        const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(bytes.empty() ? 0 : random() % bytes.size());
        const auto byte = static_cast<std::uint8_t>(random() >> 8);
        switch (random() % 4) {
            case 0:
                bytes.insert(at, byte);
                break;
            case 1:
                if (at != bytes.end()) bytes.erase(at);
                break;
            case 2:
                if (at != bytes.end()) *at = byte;
                break;
            default:
                const Bytes copy(at, bytes.end());
                bytes.insert(bytes.end(), copy.begin(), copy.end());
        }
    }
    return bytes;
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) return 2;
    const auto variations = std::strtoul(words[1], nullptr, 10);
    std::minstd_rand random;
    std::vector<Bytes> inputs(1);
    for (int i = 2; i < count; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(words[i])) inputs.push_back(read(entry.path()));
    }
    for (const Bytes& input : inputs) {
        run(input);
        for (unsigned long i = 0; i < variations; ++i) run(varied(input, random));
    }
    std::printf("%zu inputs, %lu variations of each\n", inputs.size(), variations);
    return 0;
}
