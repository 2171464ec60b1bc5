#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>

#include "core/conversation.hpp"
#include "core/system.hpp"
#include "net/descriptor.hpp"
#include "server/idle_watch.hpp"
#include "server/reception.hpp"
#include "server/tcp_observer.hpp"
#include "sock/faulty_end.hpp"
#include "sock/observer.hpp"
#include "sock/room_log.hpp"

namespace sock {

class Connection;

/// Receives the events of a connection from its driver.
class Keeper {
 public:
  virtual ~Keeper() = default;
  /// After a stop: the connection has answered what it owes, or cannot.
  virtual void settled(Connection&) = 0;
  /// The conversation is over. The socket may still linger.
  virtual void retire(Connection&) = 0;
  /// The connection is about to be closed.
  virtual void remove(Connection&) = 0;
};

/// The system has no descriptor, or no thread, for a client.
class OutOfResources : public std::exception {};

/// An accepted client, from accept to close: its socket, its conversation, and the requests of
/// other threads. A driver derives from it and serves it. Other threads reach it through its
/// keeper, under the keeper's lock, and may call only the functions marked for that.
class Connection : public System, public Feed::Driver {
 public:
  /// Opens the session, or the layers before it. Takes the socket only if it does not throw.
  Connection(Descriptor& accepted, Client who, const Reception& how);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// From any thread, under the keeper's lock. stop(): answer what is owed, then stay in the room
  /// until leave(). leave(): leave the room. cut(): end at once.
  void stop() noexcept { ask(to_stop); }
  void leave() noexcept { ask(to_leave); }
  void cut(End why) noexcept;
  /// From any thread, under the keeper's lock: whether cut() was called.
  bool is_cut() const noexcept { return (asked_.load(std::memory_order_relaxed) & to_cut) != 0; }

  /// From any thread: whether others in a room may have to wait for it at a stop. With layers, it
  /// may enter the room even then, by input that it sent before.
  bool may_be_in_room() const { return has_layers() || conversation.feed() != nullptr; }

  /// For the driver only until the client is known; then constant, and for any thread.
  Client client;
  const Reception reception;
  const Clock::time_point since = Clock::now();
  /// The observer in `reception`, if changes of the TCP state are wanted. Set before serving.
  std::shared_ptr<TcpObserver> tcp;
  const std::unique_ptr<Session> session;
  Conversation conversation;  // for the driver; bytes_in() and bytes_out() for any thread
  const std::unique_ptr<FaultyEnd> faulty_end;  // only if it has faults
  Descriptor socket;

  // What only the system knows, for the conversation and the sweeper.
  Clock::time_point now() const override { return Clock::now(); }
  std::size_t unread() const override;
  bool is_peer_held_up() const override;
  std::uint64_t acknowledged() const override;
  bool has_unacknowledged() const override;
  bool is_busy() const override;

  /// For the keeper, under its lock.
  IdleWatch idle_watch;
  std::uint32_t place = 0;
  bool is_retired = false;
  bool has_settled = false;

 protected:
  /// Passes the new requests of other threads to the conversation. Call it in its turn.
  void heed() {
    const auto asked = asked_.load();
    if (asked != heeded_) heed(asked);
  }
  /// The next action of the conversation, or of its faults instead.
  Conversation::Action next() noexcept {
    if (faulty_end != nullptr) [[unlikely]]
      return with_faults(conversation.next());
    return conversation.next();
  }
  /// The output of the last action, which was to send.
  std::string_view output() const {
    if (faulty_end != nullptr) [[unlikely]]
      return faulty_end->output();
    return conversation.output();
  }
  void sent(std::size_t bytes) noexcept {
    if (faulty_end != nullptr) [[unlikely]]
      return sent_with_faults(bytes);
    conversation.sent(bytes);
  }
  bool has_faults() const { return faulty_end != nullptr; }
  bool has_layers() const { return sock::has_layers(reception.door); }

  /// The end is final: reports it, and ends our sending if `lingers`.
  void end(Keeper& keeper, bool lingers) noexcept;
  /// Closes the descriptor.
  void close(Keeper& keeper) noexcept;
  /// Tells the keeper once that others need not wait for it after a stop.
  void note_settled(Keeper& keeper) {
    if (is_asked() && !told_settled_ && conversation.has_settled()) {
      told_settled_ = true;
      keeper.settled(*this);
    }
  }
  /// Whether the conversation knows of a stop.
  bool is_asked() const { return heeded_ != 0; }
  int fd() const { return socket.get(); }

 private:
  static constexpr std::uint8_t to_stop = 1, to_leave = 2, to_cut = 4;

  /// From any thread: makes the driver look at new requests soon.
  virtual void wake() noexcept = 0;
  /// Others may write to this client from now on. Called in its turn.
  virtual void prepare_for_lines() {}
  std::unique_ptr<Session> open();
  std::unique_ptr<Session> open_late();
  void ask(std::uint8_t what) noexcept;
  void heed(std::uint8_t asked);
  Conversation::Action with_faults(Conversation::Action action) noexcept;
  Conversation::Action deafen(const Conversation::Action& action) noexcept;
  Conversation::Action wait_for_a_fault(Clock::time_point until) const;
  void sent_with_faults(std::size_t bytes) noexcept;
  void tell_faults() noexcept;

  std::atomic<std::uint8_t> asked_{0};
  std::atomic<sock::End> cut_why_{End::stopped};
  std::uint8_t heeded_ = 0;  // for the driver
  const bool is_local_;      // whether the socket is a UNIX socket, whatever address a proxy named
  bool told_settled_ = false;
};

}  // namespace sock
