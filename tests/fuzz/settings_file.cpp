#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "app/config_reader.hpp"
#include "tests/fuzz/expect.hpp"

using namespace sessgate::app;
using sessgate::tests::expect;

namespace {

/// A file in memory, under a name that can be opened.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view text) : handle_(::memfd_create("settings", 0)) {
        expect(::write(handle_, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "the file was written");
    }
    ~MemoryFile() { ::close(handle_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::string path() const { return "/proc/self/fd/" + std::to_string(handle_); }

private:
    int handle_;
};

/// Settings that name other files are left out: nothing outside the input may be read.
bool names_a_file(const GivenValues& given) {
    return std::ranges::any_of(given, [](const auto& entry) {
        return entry.first.find("file") != std::string::npos || entry.first == "config";
    });
}

}  // namespace

/// Any file is read, or refused with mistakes that say so, and the same each time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const MemoryFile file({reinterpret_cast<const char*>(data), size});
    GivenValues given;
    Mistakes mistakes;
    take_file(file.path(), given, mistakes);
    for (const std::string& mistake : mistakes) expect(!mistake.empty(), "a mistake says what is wrong");
    if (names_a_file(given)) return 0;

    ConfigSources sources;
    sources.flags = given;
    const ReadConfig once = read_config(sources, Reader::server);
    const ReadConfig again = read_config(sources, Reader::server);
    expect(once.mistakes == again.mistakes, "the same settings have the same mistakes");
    return 0;
}
