#pragma once

#include <string>
#include <string_view>

#include "layers/layer.hpp"
#include "sock/proxy_header.hpp"

namespace sock {

/// Requires a PROXY header first; then the client has the address that the header names.
class ProxyLayer final : public Layer {
 public:
  /// `limit`: how long the header may take; 0: 5 s.
  ProxyLayer(Client& client, Observer& observer, std::chrono::milliseconds limit, Inside inside);

  Step on_open(std::string& out) override;
  Step on_bytes(std::string_view in, std::string& out) override;

 private:
  std::string_view too_late() const override;
  Step admit(const ProxyHeader& header, std::string& out);

  std::string header_;  // the part that has come so far
};

}  // namespace sock
