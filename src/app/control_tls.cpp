#include "app/control_tls.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <memory>

namespace sessgate::app {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate first_in(const std::filesystem::path& file) {
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> open(std::fopen(file.c_str(), "r"), &std::fclose);
    return {open ? PEM_read_X509(open.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free};
}

}  // namespace

boost::system::error_code use_client_certificate(boost::asio::ssl::context& context, const ControlConfig& control) {
    boost::system::error_code error;
    if (control.client_certificate.empty()) return error;
    context.use_certificate_chain_file(control.client_certificate.string(), error);
    if (error) return error;
    context.use_private_key_file(control.client_key.string(), boost::asio::ssl::context::pem, error);
    return error;
}

bool shows_certificate_of(SSL& connection, const std::filesystem::path& file) {
    const Certificate ours = first_in(file);
    const X509* const shown = SSL_get0_peer_certificate(&connection);
    return ours && shown != nullptr && X509_cmp(ours.get(), shown) == 0;
}

}  // namespace sessgate::app
