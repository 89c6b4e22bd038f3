#include "http/message_reader.hpp"

#include "http/head_parser.hpp"

namespace sessgate::http {

namespace {

constexpr int content_too_large = 413;

Reading reading_of(Reading::State state, std::size_t used) noexcept {
    Reading reading;
    reading.state = state;
    reading.used = used;
    return reading;
}

Reading refused(const Refusal& refusal) noexcept {
    Reading reading = reading_of(Reading::State::refused, 0);
    reading.status = refusal.status;
    reading.why = refusal.why;
    return reading;
}

}  // namespace

Reading MessageReader::read(std::span<char> bytes, Request& request) {
    if (in_body_) {
        if (head_.framing().body == Framing::Body::sized) return read_sized(bytes, request);
        return read_chunked(bytes, chunks_->size(), request);
    }
    if (head_.is_untouched()) return read_new(bytes, request);
    return go_on(head_.check({bytes.data(), bytes.size()}), bytes, request);
}

/// Most messages are there with their whole head at once, and have no body: checked and read in one pass.
Reading MessageReader::read_new(std::span<char> bytes, Request& request) {
    HeadReader reader(config_->scope_header, request);
    const HeadCheck::State state = head_.check({bytes.data(), bytes.size()}, &reader);
    if (state != HeadCheck::State::complete || head_.framing().body != Framing::Body::none) {
        return go_on(state, bytes, request);
    }
    request.head = head_of(bytes);
    return finish(bytes, 0, head_.end(), request, reader.finish());
}

Reading MessageReader::go_on(HeadCheck::State state, std::span<char> bytes, Request& request) {
    switch (state) {
        case HeadCheck::State::incomplete:
            return reading_of(Reading::State::need_head, bytes.size());
        case HeadCheck::State::refused:
            return refused(head_.refusal());
        case HeadCheck::State::complete:
            break;
    }
    if (head_.framing().body == Framing::Body::none) return complete(bytes, 0, head_.end(), request);
    return begin_body(bytes, request);
}

Reading MessageReader::begin_body(std::span<char> bytes, Request& request) {
    in_body_ = true;
    const bool is_sized = head_.framing().body == Framing::Body::sized;
    if (is_sized && head_.framing().content_length > config_->body_limit_bytes) {
        return refused({content_too_large, "The body is larger than http.body_limit allows."});
    }
    if (!is_sized) {
        const std::size_t line_room = config_->head_limit_bytes - head_.end();
        chunks_ = std::make_unique<ChunkedBody>(config_->body_limit_bytes, line_room);
    }
    Reading reading = is_sized ? read_sized(bytes, request) : read_chunked(bytes, 0, request);
    // RFC 9110, 10.1.1: a client that has begun to send its body does not wait for the interim answer.
    const bool has_body_begun = bytes.size() > head_.end();
    reading.continue_due =
        reading.state == Reading::State::need_body && head_.framing().expect_continue && !has_body_begun;
    return reading;
}

Reading MessageReader::read_sized(std::span<char> bytes, Request& request) {
    const auto size = static_cast<std::size_t>(head_.framing().content_length);
    if (bytes.size() - head_.end() < size) return reading_of(Reading::State::need_body, bytes.size());
    return complete(bytes, size, head_.end() + size, request);
}

Reading MessageReader::read_chunked(std::span<char> bytes, std::size_t from, Request& request) {
    switch (chunks_->decode(bytes.subspan(head_.end()), from)) {
        case ChunkedBody::State::incomplete:
            return reading_of(Reading::State::need_body, head_.end() + chunks_->size());
        case ChunkedBody::State::refused:
            return refused(chunks_->refusal());
        case ChunkedBody::State::complete:
            break;
    }
    return complete(bytes, chunks_->size(), head_.end() + chunks_->end(), request);
}

Reading MessageReader::complete(std::span<char> bytes, std::size_t body_size, std::size_t used, Request& request) {
    const Refusal refusal = parse_head(head_of(bytes), config_->scope_header, request);
    return finish(bytes, body_size, used, request, refusal);
}

Reading MessageReader::finish(std::span<char> bytes, std::size_t body_size, std::size_t used, Request& request,
                              const Refusal& refusal) {
    if (refusal.status != 0) return refused(refusal);
    request.body = std::string_view(bytes.data() + head_.end(), body_size);
    head_ = HeadCheck(config_->head_limit_bytes, known_);
    chunks_.reset();
    in_body_ = false;
    return reading_of(Reading::State::complete, used);
}

std::string_view MessageReader::head_of(std::span<const char> bytes) const noexcept {
    return {bytes.data() + head_.begin(), head_.end() - head_.begin()};
}

}  // namespace sessgate::http
