#pragma once

#include <boost/system/result.hpp>
#include <filesystem>
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace sessgate::http {

/// The files of one port's TLS, all PEM.
struct TlsFiles {
    std::filesystem::path certificate;  ///< the port's own, followed by those that lead to its authority
    std::filesystem::path key;
    std::filesystem::path client_ca;  ///< authorities of client certificates; empty: none is asked for
    bool operator==(const TlsFiles&) const = default;
};

/// What becomes of a client that shows no certificate, where one is asked for. A wrong one always ends the handshake.
enum class WithoutCertificate {
    refused,  ///< no handshake
    let_in,   ///< to what needs none: probes have no certificate
};

/// Which of the files cannot be used, and why, as the end of a sentence that names it.
struct TlsMistake {
    enum class File { certificate, key, client_ca };
    File file = File::certificate;
    std::string why;
};

/// The server's side of TLS 1.2 and later for one port: what its files held when they were read. Never changed; any
/// thread. Connections keep what they began with.
class TlsContext {
public:
    static boost::system::result<std::shared_ptr<const TlsContext>, TlsMistake> load(const TlsFiles& files,
                                                                                     WithoutCertificate without);

    bool asks_for_certificate() const noexcept { return asks_; }
    ssl_ctx_st* handle() const noexcept { return context_.get(); }

private:
    TlsContext(std::shared_ptr<ssl_ctx_st> context, bool asks) : context_(std::move(context)), asks_(asks) {}

    std::shared_ptr<ssl_ctx_st> context_;
    bool asks_;
};

}  // namespace sessgate::http
