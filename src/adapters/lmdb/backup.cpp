#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "adapters/lmdb/data_lock.hpp"
#include "adapters/lmdb/environment.hpp"
#include "sessgate/adapters/lmdb_store.hpp"

namespace sessgate::adapters {
namespace {

namespace fs = std::filesystem;

constexpr const char* data_file = "data.mdb";

/// Room for what the file says that it may grow to.
constexpr std::uint64_t map_size_of_file = 0;

struct Close {
    void operator()(MDB_env* environment) const noexcept { mdb_env_close(environment); }
};
using ReadOnly = std::unique_ptr<MDB_env, Close>;

std::string sentence(std::string_view what, const fs::path& where, std::string_view why) {
    return std::string(what) + " " + where.string() + ": " + std::string(why);
}

/// Beside a program that has them open: LMDB's own table of readers keeps what is being copied.
ReadOnly open_to_read(const fs::path& folder) {
    MDB_env* handle = nullptr;
    lmdb::require(mdb_env_create(&handle));
    ReadOnly environment(handle);
    lmdb::require(mdb_env_open(handle, folder.c_str(), MDB_RDONLY, 0600));
    return environment;
}

/// LMDB leaves that to whoever copies.
bool flush(const fs::path& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool is_flushed = ::fsync(file) == 0;
    return ::close(file) == 0 && is_flushed;
}

std::optional<std::string> make_folder(const fs::path& folder) {
    std::error_code error;
    if (!fs::create_directory(folder, error)) {
        return sentence("cannot make", folder, error ? error.message() : "it is there already");
    }
    fs::permissions(folder, fs::perms::owner_all, error);
    return std::nullopt;
}

/// Nullopt: what lies there can be used.
std::optional<std::string> mistake_in_data(const fs::path& folder) {
    const auto opened = lmdb::Environment::open(folder, map_size_of_file);
    return opened ? std::nullopt : std::optional(opened.error());
}

}  // namespace

std::optional<std::string> back_up_lmdb(const fs::path& folder, const fs::path& copy) {
    if (!fs::exists(folder / data_file)) return sentence("there are no data in", folder, "nothing was copied");
    if (auto mistake = make_folder(copy)) return mistake;
    std::string mistake;
    try {
        const ReadOnly environment = open_to_read(folder);
        lmdb::require(mdb_env_copy2(environment.get(), copy.c_str(), MDB_CP_COMPACT));
        if (!flush(copy / data_file, 0) || !flush(copy, O_DIRECTORY)) mistake = "it cannot be flushed to disk";
    } catch (const lmdb::Failure& failure) {
        mistake = mdb_strerror(failure.code);
    }
    if (mistake.empty()) return std::nullopt;
    std::error_code ignored;
    fs::remove_all(copy, ignored);
    return sentence("cannot copy to", copy, mistake);
}

std::optional<std::string> restore_lmdb(const fs::path& copy, const fs::path& folder) {
    if (!fs::exists(copy / data_file)) return sentence("there is no copy in", copy, "nothing was restored");
    if (fs::exists(folder / data_file)) return sentence("there are data in", folder, "move them away first");
    if (!fs::exists(folder)) {
        if (auto mistake = make_folder(folder)) return mistake;
    }
    // A program that is about to start there has to wait for the whole of it.
    auto lock = lmdb::DataLock::acquire(folder);
    if (!lock) return lock.error();
    const fs::path unfinished = folder / "data.mdb.new";
    std::error_code error;
    fs::copy_file(copy / data_file, unfinished, fs::copy_options::overwrite_existing, error);
    if (!error) fs::permissions(unfinished, fs::perms::owner_read | fs::perms::owner_write, error);
    if (!error && !flush(unfinished, 0)) error = std::make_error_code(std::errc::io_error);
    if (!error) fs::rename(unfinished, folder / data_file, error);
    if (error) return sentence("cannot restore to", folder, error.message());
    flush(folder, O_DIRECTORY);
    return mistake_in_data(folder);
}

}  // namespace sessgate::adapters
