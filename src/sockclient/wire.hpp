#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "options.hpp"
#include "program/hex_dump.hpp"
#include "sock/wait.hpp"

namespace sockclient {

/// The connection to the server: reports errors in words and counts the bytes. With --hex-dump,
/// shows all traffic on stderr, `<` received and `>` sent.
class Wire {
 public:
  using Receiver = std::function<void(std::string_view)>;
  using Time = sock::Clock::time_point;

  /// Connects, repeatedly for the time of --retry. Throws Failure.
  static std::unique_ptr<Wire> connect(const Options& options);

  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  virtual ~Wire() = default;

  /// Must be called once, before any other use of the connection: a fault may end it at once.
  /// Throws as offer() does.
  virtual void start(const Receiver& /*receive*/) {}

  /// For poll(2); may change after a read() or an offer().
  virtual int descriptor() const = 0;

  /// Hands over the result of one read, which may block unless poll(2) has reported input. If there
  /// is none, the server has ended or was replaced by a new connection. Throws Failure if it is
  /// lost.
  virtual void read(const Receiver& receive) = 0;

  enum class Sending {
    done,     ///< all of it is sent
    pending,  ///< the rest has to wait for room
    refused,  ///< the server has closed and takes no more
  };
  /// Sends what can be sent without blocking, and removes it from `text`. Throws Failure if the
  /// connection is lost, after handing over what came before; with status 0 if our own fault has
  /// ended the connection.
  virtual Sending offer(std::string_view& text, const Receiver& receive) = 0;

  /// Nothing is to be offered before: the receiver could not keep up, or a fault delays it.
  virtual Time resumes() const { return {}; }

  /// Nothing is read, on purpose. Then only a server that is gone completely is noticed: call
  /// hung_up() when poll(2) reports it.
  virtual bool is_deaf() const { return false; }
  virtual void hung_up() {}

  /// Ends our sending, if the transport can report that.
  virtual void end_sending() {}

  virtual bool server_ended() const { return false; }

  /// Until then the server may still turn out to end at once: do not call end_sending().
  virtual Time settles() const { return {}; }

  /// Sends all of `text`; received text goes to `receive` meanwhile, so that a peer that answers
  /// before it has read everything cannot block us. Returns false, and throws, as offer() does.
  bool send(std::string_view text, const Receiver& receive);

  /// Waits for input and hands it over. Returns false if nothing came before the deadline.
  bool hear(Time deadline, const Receiver& receive);

  /// When the server has been silent for the time of --idle-timeout.
  Time idle_deadline() const;

  /// Throws Failure if idle_deadline() has passed.
  void check_idle() const;

  /// -vvv: the time of the next look at the connection; look() does it when it is time.
  virtual Time next_look() const { return sock::no_deadline; }
  virtual void look() {}

  /// Sets what to do before a line of -vv, -vvv or a hex dump, while a line is being typed.
  void before_telling(std::function<void()> action) { before_telling_ = std::move(action); }

  /// Closes the descriptor. Only totals() may be called afterwards.
  virtual void close() {}

  /// Ends a conversation that is not a pipe: half-closes, unless not wanted, and hands over what
  /// still comes, until the server ends or is silent for long enough.
  void say_goodbye(const Receiver& receive);

  /// How long connecting took, with the look-up of the host; nullopt without a connection.
  virtual std::optional<sock::Clock::duration> connect_time() const { return {}; }

  /// The smoothed round-trip time of the system (RFC 6298; TCP_INFO, tcp(7)). It ends when the
  /// peer's TCP has the data, not when its program answers. Returns nullopt if it is not TCP, or if
  /// nothing has been measured.
  virtual std::optional<std::chrono::microseconds> system_rtt() const { return {}; }

  /// What was sent and received, in words.
  virtual std::string totals() const;

 protected:
  explicit Wire(const Options& options)
      : options_(options), retry_until_(sock::Clock::now() + options.retry) {}

  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }

  const Options& options() const { return options_; }
  /// No attempt to connect may begin after this time.
  Time retry_until() const { return retry_until_; }
  /// Waits for the next attempt, after one that failed.
  void retry_later(const std::string& why) const;
  /// As retry_later(), but throws Failure if there is no time for another attempt.
  void retry_or_fail(const std::string& why, std::error_code error,
                     const std::string& hint = {}) const;

  /// A line of -vv or -vvv.
  void tell(std::string_view what) const;

  /// Restarts the time of silence.
  void hears() { heard_ = sock::Clock::now(); }
  /// Count and show received or sent bytes.
  void note_received(std::string_view bytes);
  void note_sent(std::string_view bytes);
  /// Shows bytes that are sent a second time.
  void note_sent_again(std::string_view bytes) { show("wrote", dump_out_, bytes); }

 private:
  void show(std::string_view what, program::HexDump& direction, std::string_view bytes) const;

  const Options& options_;
  Time retry_until_;
  std::function<void()> before_telling_ = [] {};
  Time heard_ = sock::Clock::now();  // when something was last received
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  program::HexDump dump_in_{"< "};
  program::HexDump dump_out_{"> "};
};

}  // namespace sockclient
