#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sock/room_log.hpp"
#include "sock/service.hpp"

/// One member of a chat, driven without a server: types, and reads what is answered and heard.
class Chatter {
 public:
  explicit Chatter(sock::Service& service) : Chatter(service, std::make_unique<sock::Observer>()) {}
  Chatter(sock::Service& service, std::unique_ptr<sock::Observer> observer)
      : observer_(std::move(observer)), session_(service.open(client_, *observer_)) {
    session_->on_open(greeting);
  }

  /// Types `bytes`, which come as one read. What is answered.
  std::string types(std::string_view bytes) {
    std::string answer;
    while (!bytes.empty() && !closed) {
      std::string out;  // the driver writes and clears between two steps
      const auto step = session_->on_bytes(bytes, out);
      bytes.remove_prefix(step.consumed);
      closed = step.close;
      answer += out;
    }
    if (closed) answer += ends(sock::End::by_server);
    return answer;
  }

  /// What the others have said since the last time.
  std::string hears() {
    std::string text;
    while (session_->feed()->take(text)) continue;
    return text;
  }

  /// Has been silent for as long as the session asked for. What is answered.
  std::string is_silent() {
    std::string answer;
    session_->on_silence(answer);
    return answer;
  }

  /// Ends the connection. The last words.
  std::string ends(sock::End why) {
    std::string out;
    if (std::exchange(ended_, true)) return out;
    session_->on_end(why, out);
    return out;
  }

  sock::Session& session() { return *session_; }

  std::string greeting;  ///< what it read on joining
  bool closed = false;   ///< by the server

 private:
  sock::Client client_{1, {"127.0.0.1", 5000}};
  std::unique_ptr<sock::Observer> observer_;
  std::unique_ptr<sock::Session> session_;
  bool ended_ = false;
};
