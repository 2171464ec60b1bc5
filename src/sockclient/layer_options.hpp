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

/// What is between the connection and what is said on it.
struct LayerOptions {
  bool tls = false;
  sock::TlsClientOptions trust;
  std::string server_name;  ///< in place of the host
  std::shared_ptr<const sock::TlsContext> context;

  int proxy_version = 0;  ///< of the header that is sent; 0: none
  std::optional<sock::Endpoint> proxy_from;
};

/// Adds --tls and --proxy-header, and the pages --help=tls and --help=proxy.
void declare_layers(CLI::App& app, LayerOptions& layers);

/// Throws CLI::ValidationError, which names an option that goes without another, or that does not
/// go with this server.
void complete_layers(const CLI::App& app, Options& options);

/// Reads the files that the options name. Throws std::runtime_error.
void prepare_tls(LayerOptions& layers);

}  // namespace sockclient
