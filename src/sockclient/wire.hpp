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

/// The way to the server and back, with its errors in words and what it carries counted; with
/// --hex-dump, all that is read or sent is shown on stderr, `<` and `>`.
class Wire {
 public:
  using Receiver = std::function<void(std::string_view)>;
  using Time = sock::Clock::time_point;

  /// Connects, again and again for the time of --retry. Throws Failure.
  static std::unique_ptr<Wire> connect(const Options& options);

  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  virtual ~Wire() = default;

  /// To be called once, before anything else is done with the connection: a fault may end it at
  /// once. Throws as offer() does.
  virtual void start(const Receiver& /*receive*/) {}

  /// For poll(2); after a read() or an offer() it may be another one.
  virtual int descriptor() const = 0;

  /// Hands over what one read brings, which may wait unless poll(2) tells that something has come.
  /// If that is nothing, the server has ended, or is not the same any more. Throws Failure if it is
  /// lost.
  virtual void read(const Receiver& receive) = 0;

  enum class Sending {
    done,     ///< all of it is sent
    pending,  ///< what is left of it has to wait for room
    refused,  ///< the server has closed and takes no more
  };
  /// Sends what can be sent without waiting, and removes it from `text`. Throws Failure if the
  /// server is lost, after handing over what came before; one with the status 0 if a fault of our
  /// own has ended the connection.
  virtual Sending offer(std::string_view& text, const Receiver& receive) = 0;

  /// Until then no more is to be offered: who reads it could not keep up, or it is to come late.
  virtual Time resumes() const { return {}; }

  /// Nothing is to be read, on purpose. Then only a server that has gone altogether is noticed, by
  /// hung_up(), when poll(2) tells so.
  virtual bool is_deaf() const { return false; }
  virtual void hung_up() {}

  /// Ends our sending, if the server can be told of it.
  virtual void end_sending() {}

  virtual bool server_ended() const { return false; }

  /// Until then the server may still turn out to be one that ends at once: do not end_sending().
  virtual Time settles() const { return {}; }

  /// Sends all of `text`; what comes meanwhile goes to `receive`, so that a peer that answers
  /// before it has read everything cannot block us. False, and failures, as of offer().
  bool send(std::string_view text, const Receiver& receive);

  /// Waits for something and hands it over. False: nothing came before the deadline.
  bool hear(Time deadline, const Receiver& receive);

  /// When the server has been silent for the time of --idle-timeout.
  Time idle_deadline() const;

  /// Throws Failure if that is over.
  void check_idle() const;

  /// -vvv: when the connection is to be looked at again, and doing so if it is time.
  virtual Time next_look() const { return sock::no_deadline; }
  virtual void look() {}

  /// What is to be done before a line of -vv, -vvv or a hex dump, where somebody is typing.
  void before_telling(std::function<void()> action) { before_telling_ = std::move(action); }

  /// Gives the descriptor back. Nothing else can be called then, but totals().
  virtual void close() {}

  /// The end of a conversation that is not a pipe: ends our sending, unless that is not wanted, and
  /// hands over what still comes, until the server ends or is silent for long enough.
  void say_goodbye(const Receiver& receive);

  /// How long it took to connect, with the look-up of the host. Nothing: there is no connection.
  virtual std::optional<sock::Clock::duration> connect_time() const { return {}; }

  /// The time to the peer and back as the system has smoothed it (RFC 6298; TCP_INFO, tcp(7)). It
  /// ends when the peer's TCP has the data, not when its program answers. Nothing: it is not TCP,
  /// or none has been measured.
  virtual std::optional<std::chrono::microseconds> system_rtt() const { return {}; }

  /// What was sent and received, in words.
  virtual std::string totals() const;

 protected:
  explicit Wire(const Options& options)
      : options_(options), retry_until_(sock::Clock::now() + options.retry) {}

  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }

  const Options& options() const { return options_; }
  /// When no try to connect may begin any more.
  Time retry_until() const { return retry_until_; }
  /// Waits for the next try, after one that failed.
  void retry_later(const std::string& why) const;
  /// The same, but a Failure is thrown if there is no time for another.
  void retry_or_fail(const std::string& why, std::error_code error) const;

  /// A line of -vv or -vvv.
  void tell(std::string_view what) const;

  /// The silence begins anew.
  void hears() { heard_ = sock::Clock::now(); }
  /// Counts and shows what came, or went.
  void note_received(std::string_view bytes);
  void note_sent(std::string_view bytes);
  /// Shows what goes a second time.
  void note_sent_again(std::string_view bytes) { show("wrote", dump_out_, bytes); }

 private:
  void show(std::string_view what, program::HexDump& direction, std::string_view bytes) const;

  const Options& options_;
  Time retry_until_;
  std::function<void()> before_telling_ = [] {};
  Time heard_ = sock::Clock::now();  // when something came last
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  program::HexDump dump_in_{"< "};
  program::HexDump dump_out_{"> "};
};

}  // namespace sockclient
