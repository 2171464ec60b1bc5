#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "layers/layer.hpp"
#include "sock/tls.hpp"

namespace sock {

/// TLS around a session: cipher text outside, plain text inside.
class TlsLayer final : public Layer {
 public:
  /// `limit`: how long the handshake may take; 0: 10 s.
  TlsLayer(std::shared_ptr<const TlsContext> context, Client& client, Observer& observer,
           std::chrono::milliseconds limit, Inside inside);

  Step on_open(std::string& out) override;
  Step on_bytes(std::string_view in, std::string& out) override;
  Step on_silence(std::string& out) override;
  void encode(std::string& out, std::size_t begin) override;
  void say_end(std::string& out) override;
  bool is_unfinished() const override;

 private:
  std::string_view too_late() const override;
  bool is_through() const { return inside() != nullptr; }
  Step let_in(std::string& out);
  Step say(Step step, std::string_view plain, const std::string& answer, std::string& out);
  Step leave_for_later(Step step, std::string_view plain, std::size_t taken, std::size_t offered);

  TlsEngine engine_;
  std::string plain_;                     // not yet taken by the inner session
  std::chrono::milliseconds silence_{0};  // Step::silence of the inner session
  bool holds_back_ = false;               // the last byte is offered again, so that we are called
};

}  // namespace sock
