#include <boost/asio/co_spawn.hpp>

#include "adapters/redis/redis_store.hpp"

// The way of a read that is answered as nearly all are: with the record, by the server that has it. Each other answer
// goes on in a coroutine.

namespace sessgate::adapters::redis {

using core::SessionRecord;

/// One read, which waits for its answer. Owned by the event loop's Waiting.
class RedisStore::Find final : public Waiter<Answer> {
public:
    Find(RedisStore& store, const core::SessionId& id, core::SteadyTime deadline, ShardNodePointer asked,
         std::unique_ptr<ports::FindCall> call)
        : store_(store), id_(id), deadline_(deadline), node_(std::move(asked)), call_(std::move(call)) {}

    void complete(Answer answer) override {
        const std::unique_ptr<Find> self(this);
        if (!answer.failed() && answer.replies.front().is(Reply::Type::string)) {
            auto session = store_.surroundings_.codec.decode_session(id_, answer.replies.front().text);
            if (session) return call_->found(std::make_shared<const SessionRecord>(std::move(*session)));
        }
        go_on({std::move(answer), std::move(node_)});
    }

private:
    using Outcome = core::Result<std::optional<SessionRecord>>;

    void go_on(NodeAnswer first) {
        auto tell = [call = std::move(call_)](const std::exception_ptr& error, Outcome found) {
            if (error) std::rethrow_exception(error);
            call->found(ports::shared(std::move(found)));
        };
        auto rest = store_.find_from(id_, deadline_, std::move(first));
        boost::asio::co_spawn(store_.client_->context(), std::move(rest), std::move(tell));
    }

    RedisStore& store_;
    core::SessionId id_;
    core::SteadyTime deadline_;
    ShardNodePointer node_;
    std::unique_ptr<ports::FindCall> call_;
};

bool RedisStore::begin_find(const core::SessionId& id, std::unique_ptr<ports::FindCall> call) {
    ShardNodePointer node = client_->node_of(id.bucket());
    if (!node || !node->reads().accepts_calls()) return false;
    const core::SteadyTime deadline = deadline_from_now();
    Connection& connection = node->reads();
    Find& find = *new Find(*this, id, deadline, std::move(node), std::move(call));
    client_->waiting().add(find);
    surroundings_.keys.put_session(get_key_, id);
    get_.clear();
    get_.add({"GET", get_key_});
    connection.ask(get_, deadline, find);
    return true;
}

}  // namespace sessgate::adapters::redis
