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

/// Datagrams, of UDP or of a UNIX socket: what is offered is one, and so is what a read hands over.
///
/// That nobody is at a port is only told after a datagram has gone there. Until the first answer,
/// what was sent is then sent again: to an address of the host's other family, and, within the time
/// of --retry, to both of them anew.
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
  // False: nothing has come, or it was damaged. Throws std::system_error.
  bool take(const Receiver& receive);
  // Hands over what has come, and sends what was sent to somewhere else, or again. Throws Failure
  // if that is over, or no help.
  void start_over(std::error_code why, const Receiver& receive);
  void next_address(std::error_code why);

  sock::Datagram socket_;
  std::vector<std::string> refused_;  // the addresses at which nobody was, of this round
  std::uint64_t datagrams_sent_ = 0;
  std::uint64_t datagrams_received_ = 0;
  bool keeps_;
  std::vector<std::string> kept_;  // all that was sent, as long as it may have to be sent again
  std::size_t kept_size_ = 0;
  std::size_t unanswered_ = 0;  // how much has gone since the last pause, less what came
  Time resumes_{};              // when the pause ends, if there is too much
};

}  // namespace sockclient
