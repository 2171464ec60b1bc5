#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/lingering.hpp"
#include "core/system.hpp"
#include "core/token_bucket.hpp"
#include "sock/observer.hpp"
#include "sock/session.hpp"
#include "sock/wait.hpp"

namespace sock {

inline constexpr std::size_t read_size = 64 * 1024;  // at most so much in one read
// Of a client with a feed less: all that is read at once is said before the next client's turn.
inline constexpr std::size_t member_read_size = 16 * 1024;

/// What a driver lends to the conversation that has its turn: one set for all that it serves.
struct Buffers {  // NOLINT(*-member-init): see its last member
  std::string out;

  // Of the turn, and the conversation's only.
  std::string_view unsent;    // in `out`, or in what was kept
  std::string_view in_place;  // behind it: input that is the answer
  std::string_view input;     // received, and not yet taken by the session

  // The last member: of a thread's stack, only the pages that are used are touched.
  std::array<char, read_size> in;  // not initialised: written before it is read
};

/// The rules of one connection, from the first word to the last, without its socket.
///
/// A driver asks next() what to do, does it, and tells what happened: sent(), received(), ended(),
/// timed_out(). The rules are:
///
/// - the session's first words come first, its last words last;
/// - the client is told of when it has come through to the protocol, by whoever opens that;
/// - answers before input: no input is taken while something is to be sent (back-pressure);
/// - others' lines follow the answers; a client that does not take them in time is ended;
/// - after a stop, what the client had sent before is still answered, while it stays in its room;
/// - the first cause of the end is the cause; a session that throws ends this client alone;
/// - after our end, what still comes is read and discarded, so that no reset takes our last words.
///
/// One turn at a time, from begin_turn() to end_turn(); between turns it holds no buffer of the
/// driver, and what it tells of is the driver's last action. Nothing throws: want of memory ends
/// the client. Not thread-safe, but for bytes_in() and bytes_out().
class Conversation {
 public:
  struct Action {
    enum class Kind : std::uint8_t {
      receive,  ///< receive(): at most `most` bytes, into the driver's buffer
      send,     ///< send output()
      wait,     ///< for others, or for the time: nothing is to be received or sent
      yield,    ///< others may have a turn; then next()
      end,      ///< cause() is final, all is sent: end our sending if `lingers`, then next()
      close,    ///< close the socket
    };
    Kind kind = Kind::wait;
    bool lingers = false;
    std::size_t most = 0;
    Clock::time_point until = no_deadline;  ///< receive, wait: then timed_out()
  };

  /// All of them outlive it.
  Conversation(Session& session, const Client& client, Observer& observer, const System& system);

  void begin_turn(Buffers& buffers) noexcept {
    buffers_ = &buffers;
    if (kept_) [[unlikely]]
      resume();
  }
  /// Keeps what is in the driver's buffers and still needed. False: there is no memory for it; it
  /// is still the turn, and next() ends the client.
  bool end_turn() noexcept;

  Action next() noexcept {
    if (is_plain_ && !buffers_->input.empty() && buffers_->unsent.empty() && !offered_) answer();
    if (!is_plain_) return decide();
    if (!buffers_->unsent.empty()) return {.kind = Action::Kind::send};
    if (!buffers_->input.empty()) return decide();
    return {.kind = Action::Kind::receive, .most = read_size};
  }
  std::string_view output() const { return buffers_->unsent; }
  /// So many bytes of output() are sent; fewer than all of it: the socket takes no more now.
  void sent(std::size_t bytes) noexcept;
  /// In place of sent(): all of output() is thrown away, and is not counted.
  void discard_output() noexcept;
  /// They are in the driver's buffer.
  void received(std::size_t bytes) noexcept;
  /// The peer's stream has ended (peer_closed), or the connection is lost.
  void ended(End how) noexcept;
  void timed_out() noexcept;

  /// The server is stopping: answer what is owed.
  void stop() noexcept;
  /// Everybody in the room has answered: leave it now.
  void release() noexcept { released_ = true; }
  /// Our own end in the middle of what is to be said: no more of it is, nor are last words.
  void break_off() noexcept;
  /// End at once: what is not sent is lost, the session is told why.
  void cut(End why) noexcept;

  /// In place of next(), for whoever sends to this client besides its own driver: takes others'
  /// lines, if there are some and nothing else is to be sent. True: there is output() to send.
  bool take_lines() noexcept;
  /// Whether next() has to see to what others said: take_lines() is not enough.
  bool is_behind() const;

  /// After a stop: whether the others need not wait for this client. It has answered, or cannot be
  /// asked because it does not read.
  bool has_settled() const { return phase_ >= Phase::settled || (stopping_ && has_unsent()); }
  Feed* feed() const { return member_ ? member_->feed : nullptr; }
  Observer& observer() const { return observer_; }
  /// The cause of the end, as soon as there is one.
  std::optional<End> cause() const { return cause_; }
  /// Whether a call on the socket has failed, if only after the end.
  bool is_lost() const { return is_lost_; }
  std::uint64_t bytes_in() const {
    return bytes_in_.load(std::memory_order_relaxed);
  }  // any thread
  std::uint64_t bytes_out() const {
    return bytes_out_.load(std::memory_order_relaxed);
  }  // any thread

 private:
  enum class Phase : std::uint8_t {
    opening,    // the session has said nothing yet
    talking,    // input is taken, answers and others' lines are sent
    settled,    // after a stop: all is answered; it stays in the room until all have answered
    leaving,    // the last words are being sent
    lingering,  // our sending has ended; what still comes is discarded
    over,       // to be closed
  };

  // What does not fit a full socket, and input that waits for that; between two turns.
  struct Kept {
    std::string out;
    std::size_t sent = 0;  // of out
    std::string in;
    std::size_t taken = 0;  // of in
  };
  // Of a client whom others hear or who hears others, or whose speed is limited.
  struct Member {
    Feed* feed = nullptr;
    std::optional<TokenBucket> bucket;
    Clock::time_point held_since = no_deadline;  // for others that are behind
    std::uint64_t given_up = never;              // of the last pause: Feed::others_behind()
    std::uint64_t acknowledged = 0;              // when its socket was full first
    std::uint8_t times_heard = 0;  // others' lines were sent so often since the last look at input
    static constexpr std::uint8_t most_times_heard = 2;
    static constexpr std::uint64_t never = ~std::uint64_t{0};
  };

  Action decide() noexcept;
  void open();
  void join();
  std::optional<Action> talk();
  Action receive();
  std::optional<Clock::time_point> pause(std::size_t& most);
  std::optional<Clock::time_point> hold();
  Clock::time_point unless_lines(Clock::time_point until);
  void answer() noexcept;
  void offer();
  void take(const Step& step);
  void wait_for(const Step& step);
  void note_active() noexcept;
  bool is_in_room() const { return phase_ == Phase::talking || phase_ == Phase::settled; }
  bool add_lines();
  bool still_reads();
  void leave(End why) noexcept;
  void end_session() noexcept;
  void fail() noexcept;
  Action end();
  Action linger();
  void drop_output() noexcept;
  void show() noexcept;
  void resume() noexcept;
  void keep();
  bool has_unsent() const;
  void note_if_plain() noexcept;

  Session& session_;
  const Client& client_;
  Observer& observer_;
  const System& system_;
  Buffers* buffers_ = nullptr;  // during a turn
  std::unique_ptr<Kept> kept_;
  std::unique_ptr<Member> member_;
  std::unique_ptr<Lingering> lingering_;
  Clock::time_point until_ = no_deadline;  // of the session's silence, or of our patience at a stop
  std::atomic<std::uint64_t> bytes_in_{0};
  std::atomic<std::uint64_t> bytes_out_{0};
  std::uint32_t owed_ = 0;   // after a stop: input that is still to be received
  std::uint32_t limit_ = 0;  // ms; then until_ is not put off by what comes
  Phase phase_ = Phase::opening;
  std::optional<End> cause_;
  // Nothing can happen but that input comes, is answered, and comes again.
  bool is_plain_ = false;
  bool is_open_ = false;  // the session is
  bool closing_ = false;  // the session wants no more input
  bool peer_ended_ = false;
  bool offered_ = false;  // since the last yield
  bool stopping_ = false;
  bool patient_ = false;  // after a stop: the peer had more to send than there was room for
  bool released_ = false;
  bool session_ended_ = false;
  bool may_write_ = true;
  bool is_broken_off_ = false;
  bool is_lost_ = false;
};

}  // namespace sock
