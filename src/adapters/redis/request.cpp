#include "adapters/redis/request.hpp"

#include <hiredis/hiredis.h>

#include <boost/container/small_vector.hpp>
#include <new>

namespace sessgate::adapters::redis {

Request& Request::add(std::span<const std::string_view> command) {
    boost::container::small_vector<const char*, 16> texts;
    boost::container::small_vector<std::size_t, 16> sizes;
    for (const std::string_view part : command) {
        texts.push_back(part.data());
        sizes.push_back(part.size());
    }
    char* formatted = nullptr;
    const int size = redisFormatCommandArgv(&formatted, static_cast<int>(texts.size()), texts.data(), sizes.data());
    if (size < 0) throw std::bad_alloc();
    starts_.push_back(bytes_.size());
    bytes_.append(formatted, static_cast<std::size_t>(size));
    redisFreeCommand(formatted);
    return *this;
}

Request Request::with_asking() const {
    Request asking;
    for (std::size_t i = 0; i < starts_.size(); ++i) {
        const std::size_t end = i + 1 < starts_.size() ? starts_[i + 1] : bytes_.size();
        asking.add({"ASKING"});
        asking.starts_.push_back(asking.bytes_.size());
        asking.bytes_.append(bytes_, starts_[i], end - starts_[i]);
    }
    return asking;
}

}  // namespace sessgate::adapters::redis
