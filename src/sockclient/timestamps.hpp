#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sockclient {

/// What is put before a line: `14:05:09 `.
using TimeOfDay = std::function<std::string()>;

/// Now, as the clocks here show it.
std::string local_time();

/// Puts the time before every line of what comes, once, wherever the reads cut it; every byte stays
/// as it is. A line begins with its first byte, also if that is its end.
class Timestamps {
 public:
  explicit Timestamps(TimeOfDay time) : time_(std::move(time)) {}

  std::string stamp(std::string_view bytes);

 private:
  TimeOfDay time_;
  bool in_line_ = false;
};

}  // namespace sockclient
