#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "net/wake_fd.hpp"
#include "server/connection.hpp"
#include "server/token.hpp"

namespace sock {

/// The driver of a connection on one thread: it waits in its calls. The modes `blocking` and
/// `threads` differ only in which thread calls serve().
///
/// A client without a feed costs one recv(2) and one send(2) per message. A client with a feed
/// polls: its own thread sends its answers, and the thread of a speaker sends the speaker's lines
/// to it, if the socket has room. So the thread of a silent client sleeps while others talk.
class ThreadConnection final : public Connection,
                               public std::enable_shared_from_this<ThreadConnection> {
 public:
  /// All of them must outlive it; `stopping` becomes readable when the server stops. Throws what
  /// the service throws, and OutOfResources.
  ThreadConnection(Descriptor& accepted, Client who, const Reception& how, Keeper& keeper,
                   const WakeFd& stopping);

  /// Serves the client from its first word to its close.
  void serve() noexcept;

 private:
  class Spoken;  // the clients that the calling thread has said something to

  void told() noexcept override;
  void wake() noexcept override;
  void prepare_for_lines() override;

  void converse(Buffers& buffers);
  void receive(const Conversation::Action& action, Buffers& buffers);
  void send(Buffers& buffers);
  void wait(short events, Clock::time_point until, Buffers& buffers);
  void take_turn(Buffers& buffers);
  bool end_turn(Buffers& buffers);
  void deliver(Buffers& buffers) noexcept;
  bool send_lines(Buffers& buffers) noexcept;

  Keeper& keeper_;
  const WakeFd& stopping_;
  std::optional<WakeFd> wake_;  // with a feed, or with faults: it waits for more than its socket
  std::atomic<bool> can_be_woken_{false};  // the same, for other threads
  Token token_;                            // with a feed: which thread may send to the client
  bool is_readable_ = false;               // as far as is known
  std::shared_ptr<ThreadConnection> next_spoken_to_;
  std::atomic<bool> is_spoken_to_{false};
};

}  // namespace sock
