// The one place where Asio and Beast are compiled (cmake/Layers.cmake).
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
