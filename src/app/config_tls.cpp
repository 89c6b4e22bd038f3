#include "app/config_tls.hpp"

#include <algorithm>

#include "app/config_secret_files.hpp"

namespace sessgate::app {
namespace {

using http::WithoutCertificate;

/// One port's TLS, and the keys of its settings.
struct TlsPort {
    std::string prefix;  ///< what all its keys begin with
    std::string address_key;
    const ListenAddress& address;
    const http::TlsFiles& files;

    std::string certificate_key() const { return prefix + "certificate_file"; }
    std::string key_key() const { return prefix + "key_file"; }
    std::string client_ca_key() const { return prefix + "client_ca_file"; }
};

std::vector<TlsPort> ports_of(const Config& config) {
    return {{"tls.", "listen", config.listen, config.tls.files},
            {"control.tls_", "control.listen", config.control.listen, config.control.tls.files}};
}

std::string line_of(const GivenValues& given, const std::string& key, const std::string& wrong) {
    return describe(key, given.find(key)->second) + " " + wrong;
}

/// The end of a sentence, and the setting that it is about.
struct Finding {
    std::string key;
    std::string wrong;
};

std::vector<Finding> findings_of(const TlsPort& port) {
    const http::TlsFiles& files = port.files;
    if (files.certificate.empty() && files.key.empty() && files.client_ca.empty()) return {};
    if (files.certificate.empty()) {
        const std::string& key = files.key.empty() ? port.client_ca_key() : port.key_key();
        return {{key, "needs a " + port.certificate_key()}};
    }
    if (files.key.empty()) return {{port.certificate_key(), "needs its key in " + port.key_key()}};
    if (std::holds_alternative<UnixAddress>(port.address)) {
        return {{port.certificate_key(), "is for TCP, and " + port.address_key + " is a unix socket"}};
    }
    return {};
}

std::string key_of(const TlsPort& port, http::TlsMistake::File file) {
    switch (file) {
        case http::TlsMistake::File::certificate:
            return port.certificate_key();
        case http::TlsMistake::File::key:
            return port.key_key();
        case http::TlsMistake::File::client_ca:
            return port.client_ca_key();
    }
    return port.certificate_key();
}

std::optional<Finding> load(const TlsPort& port, WithoutCertificate without, TlsConfig& tls) {
    tls.context.reset();
    if (tls.files.certificate.empty()) return std::nullopt;
    if (auto wrong = mistake_in_secret_file(tls.files.key)) return Finding{port.key_key(), *std::move(wrong)};
    auto loaded = http::TlsContext::load(tls.files, without);
    if (!loaded) return Finding{key_of(port, loaded.error().file), loaded.error().why};
    tls.context = std::move(*loaded);
    return std::nullopt;
}

}  // namespace

Mistakes mistakes_in_tls(const Config& config, const GivenValues& given, const std::set<std::string>& mistaken) {
    Mistakes mistakes;
    for (const TlsPort& port : ports_of(config)) {
        if (mistaken.contains(port.address_key)) continue;
        for (const Finding& finding : findings_of(port)) mistakes.push_back(line_of(given, finding.key, finding.wrong));
    }
    return mistakes;
}

Mistakes load_tls(Config& config, const GivenValues& given) {
    Mistakes mistakes;
    const auto ports = ports_of(config);
    // Probes come to the control port, and have no certificate.
    const auto data = load(ports.front(), WithoutCertificate::refused, config.tls);
    const auto control = load(ports.back(), WithoutCertificate::let_in, config.control.tls);
    for (const auto& finding : {data, control}) {
        if (finding) mistakes.push_back(line_of(given, finding->key, finding->wrong));
    }
    return mistakes;
}

}  // namespace sessgate::app
