#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "encryption.hpp"
#include "own_faults.hpp"
#include "sock/stream.hpp"
#include "tcp_report.hpp"
#include "wire.hpp"

namespace sockclient {

/// A TCP or UNIX connection.
///
/// If a server ends at once without a byte (such as a port proxy whose target does not listen yet),
/// the client connects again within the time of --retry, and sends the same data again.
class StreamWire final : public Wire {
 public:
  /// Connects, repeatedly for the time of --retry. Throws Failure.
  explicit StreamWire(const Options& options);
  ~StreamWire() override { close(); }

  void start(const Receiver& receive) override;
  int descriptor() const override { return stream_.native_handle(); }
  void read(const Receiver& receive) override;
  Sending offer(std::string_view& text, const Receiver& receive) override;
  void end_sending() override;
  bool server_ended() const override { return server_ended_; }
  std::optional<sock::Clock::duration> connect_time() const override { return connect_time_; }
  Time next_look() const override;
  void look() override;
  std::optional<std::chrono::microseconds> system_rtt() const override;
  void close() override;
  Time settles() const override { return received() > 0 ? Time{} : settles_; }
  Time resumes() const override { return faults_ ? faults_->resumes() : Time{}; }
  bool is_deaf() const override { return faults_ && faults_->is_deaf(); }
  void hung_up() override { server_ended_ = true; }

 private:
  sock::Stream connect();
  void send_header(sock::Stream& stream);
  void encrypt(sock::Stream& stream, Time deadline);
  void receive_record(sock::Stream& stream, std::string& record, Time deadline);
  // Sends sealed bytes. Returns false if some are left.
  bool flush();
  std::string_view open(std::string_view came);
  // Returns what one read brings; valid until the next. Empty: server_ended_, or a new connection.
  std::string_view take();
  bool may_connect_again() const;
  bool connects_again();
  void watch_tcp();
  // After a failure: hands over what can still be read. Returns true if there is a new connection.
  bool drain(const Receiver& receive);
  void end_on_purpose(const Receiver& receive);
  // The message about a connection that has failed.
  std::string words_of(std::error_code why) const;
  [[noreturn]] void lost(const std::system_error& error);

  // These are set by connect() and must precede the stream that it makes.
  std::optional<Encryption> tls_;
  int early_writes_ = 0;         // of the header and the handshake, before tcp_ exists
  std::size_t before_text_ = 0;  // bytes of headers: each connection sends its own
  Time settles_{};
  sock::Clock::duration connect_time_{};
  sock::Stream stream_;
  std::optional<TcpReport> tcp_;  // for -vvv over TCP
  std::array<char, 64 * 1024> buffer_{};
  bool server_ended_ = false;
  bool has_ended_sending_ = false;
  bool is_ending_ = false;  // close_notify is not sent completely
  std::optional<OwnFaults> faults_;
  bool is_lost_ = false;
  std::string kept_;  // all that was sent, as long as it may have to be sent again
};

}  // namespace sockclient
