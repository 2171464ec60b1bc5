#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "sock/endpoint.hpp"
#include "sock/tls.hpp"

namespace sock {

/// How a client reached the server: facts that a protocol may want to know.
struct Arrival {
  std::string_view host{};               ///< the name of this machine; always valid
  Endpoint local{};                      ///< our end of the connection
  std::optional<Endpoint> proxied_by{};  ///< the proxy that named the client's address
  std::optional<TlsSummary> tls{};       ///< set if the connection is encrypted
};

/// The client of a connection. `id` counts from 1; a server never uses an id twice.
struct Client {
  std::uint64_t id = 0;
  Endpoint address{};  ///< behind a proxy: the address that the proxy named
  /// nullptr if its door has no layers and its service does not ask (Service::asks_for_arrival).
  std::shared_ptr<const Arrival> arrival{};
};

}  // namespace sock
