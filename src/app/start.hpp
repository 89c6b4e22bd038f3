#pragma once

#include <optional>

#include "sessgate/app/run.hpp"
#include "sessgate/http/listener.hpp"

namespace sessgate::app {

/// Everything that has to be there before the first request, in the order that leaves least behind when one of them
/// cannot be had: a port that is in use is found out before a data folder is made.
class Start {
public:
    Start(const Config& config, const Surroundings& surroundings) : config_(config), surroundings_(surroundings) {}

    /// Empty when everything is there, else a sentence for whoever starts the program.
    std::string prepare(boost::asio::io_context& context);

    std::unique_ptr<StoreHandle> store;
    std::optional<http::ListeningSocket> data;
    std::optional<http::ListeningSocket> control;

private:
    std::string take_over_sockets(boost::asio::io_context& context);
    std::string prepare_store();
    std::string prepare_sockets(boost::asio::io_context& context, bool in_data_folder);

    /// It comes before the control port's, and its file would stay behind when that one cannot be had.
    void remove_sockets() const;

    const Config& config_;
    const Surroundings& surroundings_;
};

}  // namespace sessgate::app
