#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sock/endpoint.hpp"
#include "sock/tls.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace sockclient {

struct Options;

/// Options of the layers between the connection and the text: TLS and the PROXY header.
struct LayerOptions {
  bool tls = false;
  sock::TlsClientOptions trust;
  std::string server_name;  ///< instead of the host
  std::shared_ptr<const sock::TlsContext> context;

  int proxy_version = 0;  ///< of the header to send; 0: none
  std::optional<sock::Endpoint> proxy_from;
};

/// Adds --tls and --proxy-header, and the pages --help=tls and --help=proxy.
void declare_layers(CLI::App& app, LayerOptions& layers);

/// Throws CLI::ValidationError, which names an option that lacks another one, or that does not fit
/// this server.
void complete_layers(const CLI::App& app, Options& options);

/// Reads the files named by the options. Throws std::runtime_error.
void prepare_tls(LayerOptions& layers);

}  // namespace sockclient
