#include "adapters/lmdb/mailbox.hpp"

#include <boost/asio/post.hpp>

#include "adapters/lmdb/pending_writes.hpp"

namespace sessgate::adapters::lmdb {

void Mailbox::deliver(const WriteAnswer& answer) {
    // Posted under the lock: `close` waits for it, so the context is still there.
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    answers_.push_back(answer);
    if (answers_.size() == 1) boost::asio::post(executor_, [&reader = reader_] { reader.take_answers(); });
}

std::vector<WriteAnswer> Mailbox::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(answers_, {});
}

void Mailbox::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
}

}  // namespace sessgate::adapters::lmdb
