#include <iostream>

#include "app/commands.hpp"
#include "sessgate/adapters/lmdb_store.hpp"
#include "sessgate/app/command_line.hpp"

namespace sessgate::app {
namespace {

int tell(const std::optional<std::string>& mistake, const std::string& done) {
    if (!mistake) {
        std::cout << done << '\n';
        return exit_ok;
    }
    std::cerr << "sessgate: " << *mistake << '\n';
    return exit_failed;
}

}  // namespace

int back_up(const Config& config, const std::string& folder) {
    if (config.store.kind != StoreKind::lmdb) return tell("backup is for lmdb: stores; Redis has its own", {});
    return tell(adapters::back_up_lmdb(config.store.data_folder, folder), "copied to " + folder);
}

int restore(const Config& config, const std::string& folder) {
    if (config.store.kind != StoreKind::lmdb) return tell("restore is for lmdb: stores; Redis has its own", {});
    return tell(adapters::restore_lmdb(folder, config.store.data_folder), "restored from " + folder);
}

}  // namespace sessgate::app
