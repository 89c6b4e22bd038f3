#include "adapters/redis/reply.hpp"

#include <hiredis/read.h>

#include <new>
#include <utility>

namespace sessgate::adapters::redis {
namespace {

/// More than a page of the largest records takes, and more sessions than anybody's index can sensibly hold.
constexpr std::size_t unread_max = std::size_t{32} << 20;
constexpr int elements_max = 1 << 17;

/// Where the reply that hiredis is at belongs: the root, or its place in the array around it.
Reply& place_of(const redisReadTask* task) noexcept {
    if (task->parent == nullptr) return *static_cast<Reply*>(task->privdata);
    return static_cast<Reply*>(task->parent->obj)->elements[static_cast<std::size_t>(task->idx)];
}

Reply::Type text_type(int type) noexcept {
    if (type == REDIS_REPLY_ERROR) return Reply::Type::error;
    return type == REDIS_REPLY_STATUS ? Reply::Type::status : Reply::Type::string;
}

// Called from C, through which no exception may pass: nullptr makes hiredis give the stream up.

void* put_text(const redisReadTask* task, char* text, std::size_t size) noexcept {
    try {
        Reply& reply = place_of(task);
        reply.type = text_type(task->type);
        reply.text.assign(text, size);
        return &reply;
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void* put_array(const redisReadTask* task, int size) noexcept {
    if (size > elements_max) return nullptr;
    try {
        Reply& reply = place_of(task);
        reply.type = Reply::Type::array;
        reply.elements.resize(static_cast<std::size_t>(size));
        return &reply;
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void* put_integer(const redisReadTask* task, long long value) noexcept {
    Reply& reply = place_of(task);
    reply.type = Reply::Type::integer;
    reply.integer = value;
    return &reply;
}

void* put_nil(const redisReadTask* task) noexcept {
    Reply& reply = place_of(task);
    reply.type = Reply::Type::nil;
    return &reply;
}

void forget(void*) noexcept {}

redisReplyObjectFunctions functions{put_text, put_array, put_integer, put_nil, forget};

}  // namespace

bool Reply::is_error(std::string_view word) const noexcept {
    if (type != Type::error || !text.starts_with(word)) return false;
    return text.size() == word.size() || text[word.size()] == ' ';
}

void ReplyReader::Free::operator()(redisReader* reader) const noexcept {
    redisReaderFree(reader);
}

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(&functions)) {
    if (!reader_) throw std::bad_alloc();
    reader_->privdata = root_.get();
}

ReplyReader::~ReplyReader() = default;

void ReplyReader::feed(std::string_view bytes) {
    if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) is_broken_ = true;
}

ReplyReader::Next ReplyReader::next(Reply& reply) {
    if (is_broken_) return Next::garbage;
    void* found = nullptr;
    if (redisReaderGetReply(reader_.get(), &found) != REDIS_OK || reader_->len - reader_->pos > unread_max) {
        is_broken_ = true;
        return Next::garbage;
    }
    if (found == nullptr) return Next::more;
    reply = std::exchange(*root_, {});
    return Next::reply;
}

}  // namespace sessgate::adapters::redis
