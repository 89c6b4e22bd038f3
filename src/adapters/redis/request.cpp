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
    bytes_.append(formatted, static_cast<std::size_t>(size));
    redisFreeCommand(formatted);
    ++commands_;
    return *this;
}

}  // namespace sessgate::adapters::redis
