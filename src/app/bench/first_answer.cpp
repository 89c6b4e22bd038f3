#include "app/bench/first_answer.hpp"

#include <cerrno>
#include <system_error>
#include <vector>

#include "app/bench/answer_reader.hpp"

namespace sessgate::app::bench {
namespace {

constexpr std::size_t piece_size = std::size_t{64} * 1024;

std::string why_not_connected(const std::string& where) {
    const int error = errno;
    if (error == ECONNREFUSED || error == ENOENT) return "nobody listens at " + where;
    if (error == EACCES) return "this user may not open " + where;
    return "no connection to " + where + ": " + std::generic_category().message(error);
}

}  // namespace

boost::system::result<FirstAnswer, std::string> ask_once(const Target& target, const SocketAddress& address,
                                                         std::string_view request) {
    const std::string where = to_text(target.address);
    const ClientSocket socket = ClientSocket::connected(address);
    if (!socket.is_open()) return why_not_connected(where);
    socket.send(request);

    AnswerReader reader;
    FirstAnswer first;
    std::size_t read = 0;
    std::vector<char> piece(piece_size);
    while (first.status == 0) {
        const ssize_t size = socket.wait_and_receive(piece.data(), piece.size());
        if (size <= 0 && reader.ends_with_connection()) first.status = reader.answer().status;
        if (size <= 0) break;
        first.text.append(piece.data(), static_cast<std::size_t>(size));
        const auto used = reader.read(std::string_view(first.text).substr(read),
                                      [&](const Answer& answer) { first.status = answer.status; });
        if (!used) return "what answers at " + where + " does not speak HTTP";
        read += *used;
    }
    if (first.status == 0) return where + " takes a request and does not answer it";
    return first;
}

}  // namespace sessgate::app::bench
