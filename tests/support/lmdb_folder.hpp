#pragma once

#include <boost/asio/io_context.hpp>

#include "sessgate/adapters/lmdb_store.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/log_capture.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace sessgate::tests {

/// An LMDB database that a test opens, fills, and may close and open again.
class LmdbFolder {
public:
    /// Writes get so much time that only a test about deadlines ever sees one pass.
    static constexpr core::Milliseconds patience = std::chrono::seconds(60);

    explicit LmdbFolder(adapters::LmdbSettings settings = {}) : settings_(std::move(settings)) {
        if (settings_.folder.empty()) settings_.folder = folder_.path() / "data";
        if (settings_.deadline == adapters::LmdbSettings{}.deadline) settings_.deadline = patience;
        open();
    }

    void open() {
        auto opened = adapters::LmdbDatabase::open(settings_, core::RecordCodec(), clock, log);
        if (!opened) throw std::runtime_error(opened.error());
        database_ = *std::move(opened);
        store_ = database_->open_shard(context_.get_executor());
    }

    void close() {
        store_.reset();
        database_.reset();
    }

    template <typename T>
    core::Result<T> run(ports::Async<T> call) {
        return run_on(context_, std::move(call));
    }

    adapters::LmdbDatabase& database() { return *database_; }
    ports::SessionStore& store() { return *store_; }
    boost::asio::io_context& context() { return context_; }
    const std::filesystem::path& path() const { return settings_.folder; }
    core::WallTime now() const { return clock.wall(); }

    ManualClock clock;
    LogCapture log;

private:
    TemporaryFolder folder_;
    adapters::LmdbSettings settings_;
    boost::asio::io_context context_;
    std::unique_ptr<adapters::LmdbDatabase> database_;
    std::unique_ptr<ports::SessionStore> store_;
};

}  // namespace sessgate::tests
