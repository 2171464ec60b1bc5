#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "sock/observer.hpp"

/// Records a server's events, one line each: `1 connected`, `1 received hola`, ...
class Recorder final : public sock::Observer {
 public:
  void connected(const sock::Client& client) noexcept override { note(client, "connected"); }
  void active(const sock::Client& client) noexcept override { note(client, "active"); }
  void received(const sock::Client& client, const sock::Message& message) noexcept override {
    note(client, "received " + std::string(message.text));
  }
  void answered(const sock::Client& client, std::string_view text) noexcept override {
    note(client, "answered " + std::string(text));
  }
  void closed(const sock::Client& client, const sock::Closing& closing) noexcept override {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::to_string(client.id) + " closed");
    closings_.push_back(closing);
  }
  void refused(const sock::Endpoint& peer, sock::Refusal) noexcept override {
    const std::lock_guard lock(mutex_);
    events_.push_back("refused");
    refused_.push_back(peer);
  }
  void kept_out(const sock::Client& client, const sock::KeptOut& how) noexcept override {
    note(client, "kept out by " + std::string(how.layer) + ": " + std::string(how.why) +
                     (how.has_spoken ? "" : ", silent"));
  }
  void broken(const sock::Client& client, std::string_view layer,
              std::string_view why) noexcept override {
    note(client, "broken in " + std::string(layer) + ": " + std::string(why));
  }
  void proxied(const sock::Client& client, const sock::ProxyHeader&) noexcept override {
    note(client, "proxied by " + to_string(client.address));
  }
  void cannot_accept(std::error_code) noexcept override {
    const std::lock_guard lock(mutex_);
    events_.push_back("cannot accept");
  }

  std::vector<std::string> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  long count(const std::string& event) const {
    const std::lock_guard lock(mutex_);
    return std::count(events_.begin(), events_.end(), event);
  }
  std::vector<sock::Closing> closings() const {
    const std::lock_guard lock(mutex_);
    return closings_;
  }
  std::vector<sock::Endpoint> refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

 private:
  void note(const sock::Client& client, const std::string& what) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::to_string(client.id) + " " + what);
  }

  mutable std::mutex mutex_;
  std::vector<std::string> events_;
  std::vector<sock::Closing> closings_;
  std::vector<sock::Endpoint> refused_;
};
