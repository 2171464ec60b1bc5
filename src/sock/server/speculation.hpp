#pragma once

#include <algorithm>

namespace sock {

/// Whether it pays to read once more before waiting, judged by how it went lately.
///
/// Clients that talk without a pause have sent their next message before the others have had their
/// turn: reading again finds it, and saves the registration for the next event. With few or slow
/// clients it finds nothing, and is a system call for nothing.
class Speculation {
 public:
  bool is_worthwhile() { return score_ > 0 || ++declined_ % try_anyway == 0; }

  void note(bool found) { score_ = std::clamp(score_ + (found ? 1 : -1), 0, most); }

 private:
  static constexpr int most = 16;
  static constexpr unsigned try_anyway = 64;

  int score_ = 0;
  unsigned declined_ = 0;
};

}  // namespace sock
