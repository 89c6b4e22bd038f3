#include "sessgate/http/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>
#include <system_error>

namespace sessgate::http {
namespace {

using File = TlsMistake::File;

/// Forward secrecy and an authenticated cipher, for TLS 1.2 as TLS 1.3 has them anyway.
constexpr const char* tls_1_2_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

constexpr unsigned char protocols[] = "\x08http/1.1";
constexpr unsigned protocols_size = sizeof protocols - 1;

/// A client that speaks only other protocols is told so in the handshake (RFC 7301, 3.2).
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void*) {
    unsigned char* selected = nullptr;
    const int found = SSL_select_next_proto(&selected, out_size, protocols, protocols_size, offered, offered_size);
    *out = selected;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// OpenSSL's own way is to ask on the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

std::string last_reason() {
    const unsigned long code = ERR_peek_last_error();
    if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
    const char* const reason = ERR_reason_error_string(code);
    return reason == nullptr ? "not PEM" : reason;
}

void set_rules(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, tls_1_2_ciphers);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // What a write could not take is offered again from wherever it then stands; an idle connection keeps no buffers.
    SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // clients resume by ticket
    SSL_CTX_set_alpn_select_cb(context, &select_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(context, &no_passphrase);
}

bool ask_for_certificates(SSL_CTX* context, const std::string& authorities, WithoutCertificate without) {
    if (SSL_CTX_load_verify_file(context, authorities.c_str()) != 1) return false;
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(authorities.c_str()));
    const int must_show = without == WithoutCertificate::refused ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | must_show, nullptr);
    // Without it a client that resumes and has a certificate is refused.
    constexpr unsigned char id[] = "sessgate";
    return SSL_CTX_set_session_id_context(context, id, sizeof id - 1) == 1;
}

}  // namespace

boost::system::result<std::shared_ptr<const TlsContext>, TlsMistake> TlsContext::load(const TlsFiles& files,
                                                                                      WithoutCertificate without) {
    ERR_clear_error();
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (!context) throw std::bad_alloc();
    set_rules(context.get());
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
        return TlsMistake{File::certificate, "holds no certificate that can be used: " + last_reason()};
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return TlsMistake{File::key, "holds no key, without a passphrase, to that certificate: " + last_reason()};
    }
    const bool asks = !files.client_ca.empty();
    if (asks && !ask_for_certificates(context.get(), files.client_ca.string(), without)) {
        return TlsMistake{File::client_ca, "holds no authority's certificate that can be used: " + last_reason()};
    }
    return std::shared_ptr<const TlsContext>(new TlsContext(context, asks));
}

}  // namespace sessgate::http
