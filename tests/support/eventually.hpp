#pragma once

#include <chrono>
#include <thread>

/// Waits until `condition` holds. Returns false after a time that only a hang can reach.
template <typename Condition>
bool eventually(Condition condition) {
  using namespace std::chrono_literals;
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}
