#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "sock/datagram.hpp"
#include "wire.hpp"

namespace sockclient {

/// Datagrams over UDP or a UNIX socket: each offer() sends one, each read() hands over one.
///
/// An unused port is reported only after a datagram was sent to it. Until the first answer, the
/// datagrams are then sent again: to an address of the host's other family and, within the time of
/// --retry, to both families again.
class DatagramWire final : public Wire {
 public:
  /// Throws Failure.
  explicit DatagramWire(const Options& options);

  int descriptor() const override { return socket_.native_handle(); }
  void read(const Receiver& receive) override;
  Sending offer(std::string_view& text, const Receiver& receive) override;
  Time resumes() const override;
  std::string totals() const override;

 private:
  sock::Datagram connect();
  sock::Datagram connect(sock::Family family) const;
  void report_ends() const;
  void keep(std::string_view text);
  void pace(std::string_view sent);
  // Returns false if no datagram has come, or a damaged one. Throws std::system_error.
  bool take(const Receiver& receive);
  // After an error: hands over what has come, then sends the kept datagrams to the next address or
  // again. Throws Failure if the time is over or if that cannot help.
  void start_over(std::error_code why, const Receiver& receive);
  void next_address(std::error_code why);

  sock::Datagram socket_;
  std::vector<std::string> refused_;  // addresses of this round that refused
  std::uint64_t datagrams_sent_ = 0;
  std::uint64_t datagrams_received_ = 0;
  bool keeps_;
  std::vector<std::string> kept_;  // all datagrams sent, as long as they may have to be sent again
  std::size_t kept_size_ = 0;
  std::size_t unanswered_ = 0;  // cost of what was sent since the last pause, minus what came
  Time resumes_{};              // end of the pause, if unanswered_ is too high
};

}  // namespace sockclient
