#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sock {

/// What others send to one client: lines that wait for the client's driver.
///
/// Any thread may push; nobody who pushes ever waits for the client. A client that does not read
/// is found out by the bound: past it the mailbox is overflowed for good, what it held is lost, and
/// its driver is to end the client. One line is one string, however many mailboxes hold it.
///
/// Whoever pushes must have stopped before the mailbox dies: a session sees to that in its on_end
/// and its destructor, by leaving what its mailbox is known to.
class Mailbox {
 public:
  using Line = std::shared_ptr<const std::string>;

  /// `bound` is in bytes of lines pushed and not yet taken. One line, of any length, is always
  /// within it.
  explicit Mailbox(std::size_t bound) : bound_(bound) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// For the driver, once, before the session is opened. `wake` is called from any thread, when
  /// the mailbox stops being empty and when it overflows; it waits for nothing but short locks, and
  /// neither throws nor calls what pushed. A wake may come late, when the lines have been taken
  /// already.
  void on_wake(std::function<void()> wake) { wake_ = std::move(wake); }

  /// From any thread. Takes constant time and waits for nothing but a short lock. A line for which
  /// there is no memory is one past the bound.
  void push(Line line) noexcept;

  /// For the driver's thread: replaces `lines` with everything that waits, in order. False: there
  /// is nothing, or it has overflowed. `lines` is used again: the same vector, given each time,
  /// makes for no allocation in the steady state.
  bool take(std::vector<Line>& lines);

  /// From any thread. True from the moment that the bound was passed.
  bool overflowed() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Line> lines_;
  std::size_t bytes_ = 0;
  const std::size_t bound_;
  bool overflowed_ = false;
  std::function<void()> wake_;
};

}  // namespace sock
