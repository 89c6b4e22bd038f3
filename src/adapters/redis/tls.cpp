#include "adapters/redis/tls.hpp"

namespace sessgate::adapters::redis {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

boost::system::result<std::unique_ptr<ssl::context>, std::string> make_tls(const RedisTls& tls) {
    auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
    context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    error_code error;
    const auto failed = [&](const std::filesystem::path& file) {
        return "cannot use " + file.string() + " for TLS: " + error.message();
    };
    if (tls.ca_file.empty()) {
        context->set_default_verify_paths(error);
        if (error) return failed("the system's certificates");
    } else {
        context->load_verify_file(tls.ca_file.string(), error);
        if (error) return failed(tls.ca_file);
    }
    if (tls.certificate_file.empty()) return context;
    context->use_certificate_chain_file(tls.certificate_file.string(), error);
    if (error) return failed(tls.certificate_file);
    context->use_private_key_file(tls.key_file.string(), ssl::context::pem, error);
    if (error) return failed(tls.key_file);
    return context;
}

}  // namespace sessgate::adapters::redis
