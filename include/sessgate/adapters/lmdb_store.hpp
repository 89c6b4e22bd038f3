#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sessgate/core/record_codec.hpp"
#include "sessgate/ports/clock.hpp"
#include "sessgate/ports/log.hpp"
#include "sessgate/ports/session_store.hpp"
#include "sessgate/ports/store_state.hpp"

namespace sessgate::adapters {

struct LmdbSettings {
    /// Holds data.mdb, lock.mdb, sessgate.lock and, while nobody uses it, sessgate.clean. Created with mode 0700 when
    /// its parent exists.
    std::filesystem::path folder{};
    /// Bytes that the data can ever take. Costs address space only: the file grows as it is used.
    std::uint64_t map_size = std::uint64_t{16} << 30;
    /// A write that is not on disk by then is answered with Errc::store_timeout.
    core::Milliseconds deadline{150};
    /// Writes that may wait for the writer; more than that are answered with Errc::store_unavailable.
    std::size_t queue_max = 4096;
};

/// What the writer has done since the database was opened.
struct LmdbFigures {
    std::uint64_t transactions = 0;  ///< committed for writes, sweeping not counted
    std::uint64_t writes = 0;        ///< answered from those
    std::uint64_t swept = 0;         ///< sessions removed because their store expiry was past
};

/// `lmdb:PATH`: the sessions of one process in one folder, with one thread that writes. Acknowledged means on disk.
///
/// Room for revocations is kept physically allocated ahead: when the map or the disk is full, writes that grow are
/// answered with Errc::store_full, while revocations and reads go on. An error that LMDB cannot recover from is logged
/// once, and every later call fails with Errc::store_unavailable.
class LmdbDatabase {
public:
    /// `clock` and `log` must outlive the database.
    /// The error is a sentence for whoever starts the program; nothing that was not there before is left behind.
    static boost::system::result<std::unique_ptr<LmdbDatabase>, std::string> open(const LmdbSettings& settings,
                                                                                  core::RecordCodec codec,
                                                                                  const ports::Clock& clock,
                                                                                  ports::Log& log);

    /// Finishes the writes that were queued, ends the writer, and marks the file as closed in order.
    ~LmdbDatabase();

    /// The store of the shard that runs on `executor`, to be called on its thread only. Must not outlive the database.
    /// The executor's context may go before or after either, also with writes under way: nobody is resumed then.
    std::unique_ptr<ports::SessionStore> open_shard(const ports::Executor& executor);

    /// No record that was read so far is believed from memory any more. Any thread.
    void forget_reads() noexcept;

    /// Removes some of the sessions whose store expiry is past, as the writer itself does about once a second.
    /// How many those were; 0: none is left. Waits for the writer; for tests, with a manual clock.
    std::size_t sweep();

    /// Lets writes wait until `resume`, so that a test can have several in one transaction.
    void pause();
    void resume();

    /// Any thread.
    LmdbFigures figures() const noexcept;

    /// Any thread.
    ports::StoreState state() const;

private:
    struct Parts;
    explicit LmdbDatabase(std::unique_ptr<Parts> parts) noexcept;

    std::unique_ptr<Parts> parts_;
};

/// Copies the data in `folder`, which a running program may have open, into the new folder `copy`, as they are at one
/// instant. The sentence says what was in the way; then nothing is left behind.
std::optional<std::string> back_up_lmdb(const std::filesystem::path& folder, const std::filesystem::path& copy);

/// Puts a copy in place where there are no data yet.
std::optional<std::string> restore_lmdb(const std::filesystem::path& copy, const std::filesystem::path& folder);

}  // namespace sessgate::adapters
