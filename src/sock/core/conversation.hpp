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

inline constexpr std::size_t read_size = 64 * 1024;  // most bytes of one read
// Less for a client with a feed, so that it says fewer lines in one turn; and while lingering.
inline constexpr std::size_t member_read_size = 16 * 1024;

/// What a driver lends to the conversation that has its turn: one set for all its conversations.
struct Buffers {  // NOLINT(*-member-init): see its last member
  std::string out;

  // Valid during the turn, and used by the conversation only.
  std::string_view unsent;    // a part of `out`, or of the kept output
  std::string_view in_place;  // sent after it: input that is the answer
  std::string_view input;     // received, but not yet taken by the session

  // The last member: on a thread's stack, only the used pages are touched.
  std::array<char, read_size> in;  // not initialised: written before it is read
};

/// The rules of one connection, from its first word to its last, without its socket.
///
/// A driver calls next() to learn what to do, does it, and reports what happened with sent(),
/// received(), ended() or timed_out(). The rules are:
///
/// - the session's first words come first, its last words last;
/// - the observer learns of the client when it reaches the protocol: from the conversation, or
///   behind layers from the code that opens the protocol;
/// - answers before input: no input is taken while output is unsent (back-pressure);
/// - others' lines follow the answers; a client that does not read them in time is ended;
/// - after a stop, input that was sent before is still answered, while the client stays in its
///   room;
/// - the first cause of the end counts, unless the last words fail (then it is lost); an exception
///   of the session ends this client only;
/// - after our end, further input is read and discarded, so that no reset destroys our last words.
///
/// One turn at a time, from begin_turn() to end_turn(); between turns it holds no buffer of the
/// driver. The driver's reports are about the last action. Nothing throws but the constructor
/// (std::bad_alloc): lack of memory ends the client. Not thread-safe, except bytes_in() and
/// bytes_out().
class Conversation {
 public:
  struct Action {
    enum class Kind : std::uint8_t {
      receive,  ///< receive(): at most `most` bytes, into the driver's buffer
      send,     ///< send output()
      wait,     ///< wait for others or for the time: nothing to receive or send
      yield,    ///< let others have a turn; then next()
      end,      ///< cause() is final, all is sent: end our sending if `lingers`, then next()
      close,    ///< close the socket
    };
    Kind kind = Kind::wait;
    bool lingers = false;
    std::size_t most = 0;
    Clock::time_point until = no_deadline;  ///< receive, wait: call timed_out() then
  };

  /// All of them must outlive it.
  Conversation(Session& session, const Client& client, Observer& observer, const System& system);

  void begin_turn(Buffers& buffers) noexcept {
    buffers_ = &buffers;
    if (kept_) [[unlikely]]
      resume();
  }
  /// Saves what is still needed from the driver's buffers. Returns false if there is no memory for
  /// it: then the turn goes on, and next() ends the client.
  bool end_turn() noexcept;

  Action next() noexcept {
    if (!is_plain_) return decide();
    if (!buffers_->unsent.empty()) return {.kind = Action::Kind::send};
    if (!buffers_->input.empty()) return decide();
    return {.kind = Action::Kind::receive, .most = read_size};
  }
  std::string_view output() const { return buffers_->unsent; }
  /// `bytes` bytes of output() were sent; if fewer than all, the socket takes no more now.
  void sent(std::size_t bytes) noexcept { sent(output().substr(0, bytes)); }
  /// The same, if a fault has changed them: these bytes were sent instead of as many of output().
  void sent(std::string_view bytes) noexcept;
  /// Instead of sent(): drops all of output() without counting it.
  void discard_output() noexcept;
  /// `bytes` bytes are in the driver's buffer.
  void received(std::size_t bytes) noexcept;
  /// The peer's stream has ended (peer_closed), or the connection is lost.
  void ended(End how) noexcept;
  void timed_out() noexcept;

  /// The server is stopping: answer what the client has sent.
  void stop() noexcept;
  /// All clients in the room have answered: leave it now.
  void release() noexcept { released_ = true; }
  /// Ends our sending in the middle of the output: the rest and the last words are not sent.
  void break_off() noexcept;
  /// Ends at once: unsent output is lost, and the session learns why.
  void cut(End why) noexcept;

  /// Instead of next(), for a thread that sends to this client besides its own driver: takes
  /// others' lines, if there are any and nothing else is to be sent. Returns true if there is
  /// output() to send.
  bool take_lines() noexcept;
  /// Whether the client is behind with others' lines: then next() decides, and not take_lines().
  bool is_behind() const;

  /// After a stop: whether the others need not wait for this client, because it has answered or
  /// does not read.
  bool has_settled() const { return phase_ >= Phase::settled || (stopping_ && has_unsent()); }
  Feed* feed() const { return member_ ? member_->feed : nullptr; }
  Observer& observer() const { return observer_; }
  /// The cause of the end, as soon as there is one.
  std::optional<End> cause() const { return cause_; }
  /// Whether a call on the socket has failed, even after the end.
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
    settled,    // after a stop: it has answered, and stays in the room until all have
    leaving,    // the last words are being sent
    lingering,  // our sending has ended; further input is discarded
    over,       // to be closed
  };

  // Kept between two turns: output for a full socket, and input that waits for it.
  struct Kept {
    std::string out;
    std::size_t sent = 0;  // of out
    std::string in;
    std::size_t taken = 0;  // of in
  };
  // For a client with a feed, or with a limited rate.
  struct Member {
    Feed* feed = nullptr;
    std::optional<TokenBucket> bucket;
    Clock::time_point held_since = no_deadline;  // since when it pauses for others that are behind
    std::uint64_t given_up = never;              // Feed::others_behind() at the last pause
    std::uint64_t acknowledged = 0;  // System::acknowledged() when its socket became full
    std::uint8_t times_heard = 0;    // how often others' lines were sent since input was checked
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
  void tell(Feed& feed, bool took_some) noexcept;
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
  Clock::time_point until_ = no_deadline;  // end of the silence, or of our patience after a stop
  std::atomic<std::uint64_t> bytes_in_{0};
  std::atomic<std::uint64_t> bytes_out_{0};
  std::uint32_t owed_ = 0;   // after a stop: input that is still to be received
  std::uint32_t limit_ = 0;  // ms; above 0, input does not put until_ off
  Phase phase_ = Phase::opening;
  std::optional<End> cause_;
  // The simple case: input comes and is answered, and nothing else can happen.
  bool is_plain_ = false;
  bool is_open_ = false;  // the session is open
  bool closing_ = false;  // the session wants no more input
  bool peer_ended_ = false;
  bool offered_ = false;  // the session has left a rest of its input: yield before it is offered
  bool stopping_ = false;
  bool patient_ = false;  // after a stop: the peer had more to send than our buffer had room for
  bool released_ = false;
  bool session_ended_ = false;
  bool may_write_ = true;
  bool is_broken_off_ = false;
  bool is_lost_ = false;
};

}  // namespace sock
