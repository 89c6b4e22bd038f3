// The one place where Asio's TLS is compiled, as src/asio.cpp is for the rest of it.
#include <boost/asio/ssl/impl/src.hpp>
