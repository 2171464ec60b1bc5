#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "sock/endpoint.hpp"
#include "sock/tls.hpp"

namespace sock {

/// How a client came, as far as a protocol may want to know.
struct Arrival {
  std::string_view host{};               ///< the name of this machine; valid for ever
  Endpoint local{};                      ///< our end of its connection
  std::optional<Endpoint> proxied_by{};  ///< the proxy that has named its address
  std::optional<TlsSummary> tls{};       ///< its connection is encrypted
};

/// Who a connection is with. `id` counts from 1 and is never used again by the same server.
struct Client {
  std::uint64_t id = 0;
  Endpoint address{};  ///< behind a proxy, the one that the proxy has told
  /// nullptr if it came without layers and its service does not ask (Service::asks_for_arrival).
  std::shared_ptr<const Arrival> arrival{};
};

}  // namespace sock
