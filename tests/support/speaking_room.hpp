#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "sock/room_log.hpp"

/// A room with a speaker in addition to the client under test.
struct SpeakingRoom {
  explicit SpeakingRoom(std::size_t bound) : log(bound, 0) { speaker.join(); }
  void say(std::string line) {
    log.add(sock::RoomLog::Line(std::move(line)), speaker);
    for (std::string heard; speaker.take(heard); heard.clear()) continue;
  }
  // Lines of 1000 bytes.
  void say_much(std::size_t lines) {
    for (std::size_t i = 0; i < lines; ++i) say(std::string(999, 'x') + "\n");
  }

  sock::RoomLog log;
  sock::Feed speaker{log};
};
