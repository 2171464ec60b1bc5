#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "log_sink.hpp"
#include "program/hex_dump.hpp"
#include "sock/observer.hpp"

namespace sockserver {

/// All traffic in hexadecimal, with an offset for each direction of each connection:
/// `#7 < 00000000 ...` was received, `>` was sent.
///
/// Thread-safe, if calls about one client do not overlap. Without memory, traffic is not shown.
class TrafficDump {
 public:
  /// `sink` outlives it.
  explicit TrafficDump(LogSink& sink) : sink_(sink) {}

  void read(const sock::Client& client, std::string_view bytes) noexcept;
  void wrote(const sock::Client& client, std::string_view bytes) noexcept;
  void closed(const sock::Client& client) noexcept;

 private:
  struct Directions {
    program::HexDump in;
    program::HexDump out;
  };
  using Direction = program::HexDump Directions::*;

  Directions& directions_of(const sock::Client& client);
  void show(const sock::Client& client, Direction direction, std::string_view bytes) noexcept;

  LogSink& sink_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Directions> open_;
};

}  // namespace sockserver
