#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sock/room_log.hpp"
#include "sock/service.hpp"

/// A member of a chat, driven without a server: types, and reads answers and others' lines.
class Chatter {
 public:
  explicit Chatter(sock::Service& service) : Chatter(service, std::make_unique<sock::Observer>()) {}
  Chatter(sock::Service& service, std::unique_ptr<sock::Observer> observer)
      : observer_(std::move(observer)), session_(service.open(client_, *observer_)) {
    session_->on_open(greeting);
  }

  /// Types `bytes`, which come as one read. Returns the answer.
  std::string types(std::string_view bytes) {
    std::string answer;
    while (!bytes.empty() && !closed) {
      std::string out;  // the driver sends and clears it between two steps
      const auto step = session_->on_bytes(bytes, out);
      bytes.remove_prefix(step.consumed);
      closed = step.close;
      answer += out;
    }
    if (closed) answer += ends(sock::End::by_server);
    return answer;
  }

  /// Returns what others have said since the last call.
  std::string hears() {
    std::string text;
    while (session_->feed()->take(text)) continue;
    return text;
  }

  /// Is silent for as long as the session asked for. Returns the answer.
  std::string is_silent() {
    std::string answer;
    session_->on_silence(answer);
    return answer;
  }

  /// Ends the connection. Returns the last words.
  std::string ends(sock::End why) {
    std::string out;
    if (std::exchange(ended_, true)) return out;
    session_->on_end(why, out);
    return out;
  }

  sock::Session& session() { return *session_; }

  std::string greeting;  ///< what was read on joining
  bool closed = false;   ///< by the server

 private:
  sock::Client client_{1, {"127.0.0.1", 5000}};
  std::unique_ptr<sock::Observer> observer_;
  std::unique_ptr<sock::Session> session_;
  bool ended_ = false;
};
