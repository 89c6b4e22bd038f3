#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "http/deadlines.hpp"
#include "http/exchange.hpp"
#include "http/message_reader.hpp"
#include "http/transport.hpp"
#include "http/workspace.hpp"
#include "sessgate/http/server.hpp"

namespace sessgate::http {

struct ConnectionTag;
using ConnectionHook = boost::intrusive::list_base_hook<boost::intrusive::tag<ConnectionTag>,
                                                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// One client from accept to close: takes requests off the stream, answers them in order, keeps the deadlines.
class Connection final : public ConnectionHook, public Deadline {
public:
    Connection(Socket socket, Port port, Server::Shared& shared);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Returns when the connection is closed.
    ports::Task<void> run();

    /// Says 503 and closes: there are too many connections.
    ports::Task<void> turn_away();

    /// Ends the connection if it waits for a request, and after the answer otherwise.
    void finish();

    /// Whether the client is a trusted proxy, by the settings as they are now.
    void judge_peer();

private:
    enum class Filled { some, nothing };
    enum class Arrived { all, perhaps_more, nothing };

    /// What most heads fit into; an idle connection has this and no more.
    static constexpr std::size_t first_bytes_max = 384;

    ports::Task<void> shake_hands(Wait kind);
    ports::Task<bool> fill();
    Filled receive();
    bool looks_first() const noexcept;
    void make_room();
    ports::Task<Arrived> wait_for_bytes();
    void take_in(std::size_t count);
    void take_workspace();
    void put_workspace_away();
    bool next_request();
    void keep_unfinished(std::span<const char> bytes, const Reading& reading);
    Exchange begin_exchange(EndpointContext& context);
    bool answer_at_once();
    ports::Task<void> answer();
    bool is_too_fast(const HttpConfig& config);
    void refuse(int status, std::string_view why);
    void write_answer(core::WallTime now);
    bool send();
    ports::Task<void> flush();
    ports::Task<void> linger();
    void wait(Wait kind);
    void stop_waiting();
    void expired() override;

    Transport socket_;
    Server::Shared& shared_;
    MessageReader reader_;
    std::unique_ptr<Workspace> workspace_;
    std::string kept_;  ///< bytes of an unfinished message, while the workspace is away
    std::array<char, first_bytes_max> first_bytes_;
    std::size_t size_ = 0;            ///< bytes in the workspace's input
    core::SteadyTime read_at_{};      ///< when the last bytes were read
    std::size_t at_ = 0;              ///< of these, bytes that were taken
    Wait wanting_ = Wait::idle;       ///< the next bytes are to be a request, or more of its head or body
    Wait waiting_for_ = Wait::idle;   ///< whose deadline runs, or has passed when `timed_out_`
    std::shared_ptr<PeerRate> rate_;  ///< of the peer, once it counts
    Port port_;
    bool peer_is_trusted_ = false;
    bool peer_has_certificate_ = false;
    bool closing_ = false;      ///< no further request is read
    bool peer_closed_ = false;  ///< the client sends no more, or the connection broke
    bool timed_out_ = false;
    bool waiting_ = false;
    std::uint8_t waits_at_once_ = 0;  ///< requests to be waited for without a look before
};

}  // namespace sessgate::http
