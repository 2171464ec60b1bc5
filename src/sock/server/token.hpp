#pragma once

#include <atomic>

namespace sock {

/// Decides which thread sends to a client, if several may. Only the client's own thread waits for
/// it.
class Token {
 public:
  /// From any thread. Returns false if another thread holds it; that thread will look again before
  /// it gives the token back.
  bool try_take() noexcept {
    for (;;) {
      int was = state_.load(std::memory_order_relaxed);
      const int next = was == free ? held : marked;
      if (!state_.compare_exchange_weak(was, next, std::memory_order_acq_rel)) continue;
      return was == free;
    }
  }

  /// Waits for the holder.
  void take() noexcept {
    while (!try_take()) state_.wait(marked);
  }

  /// Returns false if another thread has tried to take it meanwhile. The token is still held; look
  /// again.
  bool try_give_back() noexcept {
    int was = held;
    const bool given = state_.compare_exchange_strong(was, free, std::memory_order_acq_rel);
    if (!given)
      state_.exchange(held, std::memory_order_acq_rel);  // and sees what the other has done
    state_.notify_one();
    return given;
  }

 private:
  static constexpr int free = 0, held = 1, marked = 2;
  std::atomic<int> state_{free};
};

}  // namespace sock
