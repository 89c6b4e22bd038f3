#include "app/config_rows.hpp"

namespace sessgate::app {
namespace {

/// The three files of a port's TLS, with what their keys begin with.
std::vector<Setting> tls_settings(const std::string& prefix, const std::string& port, Reader first_reader,
                                  const std::string& who_shows, const Place<http::TlsFiles>& files) {
    const auto file = [&](std::filesystem::path http::TlsFiles::*member) -> Place<std::filesystem::path> {
        return [files, member](Config& config) -> std::filesystem::path& { return files(config).*member; };
    };
    return {
        also_for(first_reader, reloaded(path_setting({prefix + "certificate_file", "",
                                                      "The " + port +
                                                          " port's certificate, with those that lead to its authority, "
                                                          "as PEM: it speaks TLS."},
                                                     file(&http::TlsFiles::certificate)))),
        reloaded(naming_secrets(path_setting({prefix + "key_file", "", "The key to that certificate, as PEM."},
                                             file(&http::TlsFiles::key)))),
        reloaded(path_setting({prefix + "client_ca_file", "",
                               "Authorities of client certificates, as PEM: " + who_shows + " must show one."},
                              file(&http::TlsFiles::client_ca))),
    };
}

}  // namespace

std::vector<Setting> data_tls_settings() {
    return tls_settings("tls.", "data", Reader::server, "every caller", at(&Config::tls, &TlsConfig::files));
}

std::vector<Setting> control_tls_settings() {
    std::vector<Setting> all = tls_settings("control.tls_", "control", Reader::probe, "all callers but probes",
                                            at(&Config::control, &ControlConfig::tls, &TlsConfig::files));
    all.push_back(also_for(Reader::command,
                           reloaded(path_setting({"control.client_certificate_file", "",
                                                  "The certificate that commands show the control port, as PEM."},
                                                 at(&Config::control, &ControlConfig::client_certificate)))));
    all.push_back(also_for(Reader::command, reloaded(naming_secrets(path_setting(
                                                {"control.client_key_file", "", "The key to that certificate, as PEM."},
                                                at(&Config::control, &ControlConfig::client_key))))));
    return all;
}

}  // namespace sessgate::app
