#pragma once

#include <cctype>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sock/room_log.hpp"
#include "sock/session.hpp"

/// A session that records every call, does what a test says, and can fail at any call. By default
/// it greets with "hi ", answers in capitals, and ends with "bye".
class ScriptedSession : public sock::Session {
 public:
  explicit ScriptedSession(sock::RoomLog* room = nullptr) {
    if (room != nullptr) own_feed = std::make_unique<sock::Feed>(*room);
  }

  std::string greeting = "hi ";
  std::string last_words = "bye";
  std::function<sock::Step(std::string_view in, std::string& out)> bytes = capitals;
  std::function<sock::Step(std::string& out)> silence;
  std::size_t failing_call = 0;  ///< counted from 1; 0: none
  std::size_t bytes_a_second = 0;

  std::vector<std::string> calls;
  std::vector<sock::End> ends;
  std::unique_ptr<sock::Feed> own_feed;

  static sock::Step capitals(std::string_view in, std::string& out) {
    for (const char c : in) out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return {.consumed = in.size()};
  }

  sock::Step on_open(std::string& out) override {
    out += greeting;
    note("open");
    if (own_feed) own_feed->join();
    return {};
  }
  sock::Step on_bytes(std::string_view in, std::string& out) override {
    const sock::Step step = bytes(in, out);
    note("bytes");
    return step;
  }
  sock::Step on_silence(std::string& out) override {
    const sock::Step step = silence ? silence(out) : sock::Step{};
    note("silence");
    return step;
  }
  void on_end(sock::End why, std::string& out) override {
    ends.push_back(why);
    if (own_feed) own_feed->leave();
    out += last_words;
    note("end");
  }
  sock::Feed* feed() override { return own_feed.get(); }
  std::size_t rate() const override { return bytes_a_second; }

 private:
  void note(const char* call) {
    calls.emplace_back(call);
    if (calls.size() == failing_call) throw std::runtime_error("as told");
  }
};
