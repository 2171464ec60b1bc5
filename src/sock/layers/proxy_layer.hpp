#pragma once

#include <string>
#include <string_view>

#include "layers/layer.hpp"
#include "sock/proxy_header.hpp"

namespace sock {

/// Requires a proxy's header before all else; then the client is whom that names.
class ProxyLayer final : public Layer {
 public:
  /// `patience`: how long the header may take; 0: 5 s.
  ProxyLayer(Client& client, Observer& observer, std::chrono::milliseconds patience, Inside inside);

  Step on_open(std::string& out) override;
  Step on_bytes(std::string_view in, std::string& out) override;

 private:
  std::string_view too_late() const override;
  Step admit(const ProxyHeader& header, std::string& out);

  std::string header_;  // what has come of it
};

}  // namespace sock
