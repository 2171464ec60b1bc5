#pragma once

#include <string>
#include <string_view>

#include "layers/layer.hpp"
#include "sock/proxy_header.hpp"

namespace sock {

/// Requires a proxy's header before all else; then the client is whom that names.
class ProxyLayer final : public Layer {
 public:
  ProxyLayer(Client& client, Observer& observer, Inside inside)
      : Layer("PROXY", client, observer, std::move(inside)) {}

  Step on_open(std::string& out) override;
  Step on_bytes(std::string_view in, std::string& out) override;

 private:
  std::string_view too_late() const override;
  Step admit(const ProxyHeader& header, std::string& out);

  std::string header_;  // what has come of it
};

}  // namespace sock
