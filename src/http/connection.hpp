#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <memory>

#include "http/arrivals.hpp"
#include "http/deadlines.hpp"
#include "http/exchange.hpp"
#include "http/message_reader.hpp"
#include "http/served.hpp"
#include "http/transport.hpp"
#include "http/workspace.hpp"
#include "sessgate/http/server.hpp"

namespace sessgate::http {

struct ConnectionTag;
using ConnectionHook = boost::intrusive::list_base_hook<boost::intrusive::tag<ConnectionTag>,
                                                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// One client from accept to close: takes requests off the stream, answers them in order, keeps the deadlines.
///
/// It lives as long as something is to happen: the wait for its next bytes, its place among those whose turn it will
/// be, a read of the store or a coroutine hold it. Coroutines are for what takes more than one read, and for a client
/// that does not read: whatever else there is is answered without one, and an idle connection has none.
class Connection final : public service::ReadWatcher, public Arrivals::Watcher, public ConnectionHook, public Deadline {
public:
    Connection(Socket socket, Port port, Served served);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Begins to serve the client; or says 503 and closes, where there are too many connections.
    void start() noexcept;

    /// Looks for the next request, without waiting for it. When it is the connection's turn; then it is to `serve`.
    void look() noexcept;

    /// Answers what was found, or waits for more. Others may have looked in between. `now`: since the look.
    void serve(core::WallTime now) noexcept;

    /// Ends the connection if it waits for a request, and after the answer otherwise.
    void finish();

    /// Ends the wait for a request, if there is one, and whatever that holds: the event loop is over.
    void let_go() noexcept;

    /// Whether the client is a trusted proxy, by the settings as they are now.
    void judge_peer();

private:
    using Pointer = boost::intrusive_ptr<Connection>;
    enum class Filled { some, nothing };
    enum class First { answer, flush };

    /// So many bytes of answers in one go: then the other connections have their turn.
    static constexpr std::size_t output_in_a_turn = std::size_t{16} * 1024;

    /// The one place that catches for a connection.
    template <typename Step>
    void guarded(Step step) noexcept {
        try {
            step();
        } catch (const std::exception& exception) {
            failed(exception);
        }
    }
    void spawn(ports::Task<void> task);
    void failed(const std::exception& exception) noexcept;

    void work(core::WallTime now);
    void answer_later();
    void has_read(service::ReadAhead ahead) override;
    void pause();
    ports::Task<void> work_slowly(First first);
    void go_on();
    void end();
    ports::Task<void> turn_away();
    ports::Task<void> begin_tls();
    ports::Task<void> flush();
    ports::Task<void> linger();
    ports::Task<void> shake_hands(Wait kind);

    bool may_have_more() const noexcept;
    void await_bytes();
    void on_ready(const Arrivals::News& news) noexcept override;
    void wake() noexcept;
    ports::Task<void> news();
    ports::Task<void> ready_for(Direction direction);
    void give_up();
    Filled receive();
    std::size_t read_some(boost::asio::mutable_buffer buffer, boost::system::error_code& error);
    void make_room();
    void take_workspace();
    void put_workspace_away();
    bool take_request();
    bool next_request();
    void keep_unfinished(std::span<const char> bytes, const Reading& reading);

    Exchange begin_exchange();
    Exchange exchange_with(EndpointContext& context);
    bool answer_at_once();
    ports::Task<void> answer();
    bool is_too_fast(const HttpConfig& config);
    void refuse(int status, std::string_view why);
    void write_answer(core::WallTime now);
    bool send();

    void wait(Wait kind);
    void stop_waiting();
    void expired() override;

    using Alarm =
        boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                          boost::asio::wait_traits<std::chrono::steady_clock>, ports::Executor>;

    Served served_;
    Server::Shared& shared_;
    Pointer held_;            ///< while it waits for bytes: nothing else holds it then
    Alarm* alarm_ = nullptr;  ///< of the coroutine that waits, if there is one
    Place place_;
    Transport socket_;
    MessageReader reader_;
    std::unique_ptr<Workspace> workspace_;
    std::string kept_;                ///< bytes of an unfinished message, while the workspace is away
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
    bool awaits_room_ = false;   ///< to write, and nothing else
    bool can_read_ = true;       ///< as far as is known
    bool reads_to_end_ = false;  ///< also behind a read that did not fill its room
    bool has_paused_ = false;    ///< with requests left to be answered
    bool has_news_ = false;      ///< a look found bytes
    bool has_request_ = false;   ///< and a whole request among them, which is off the input
};

}  // namespace sessgate::http
