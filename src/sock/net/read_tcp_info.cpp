#include "net/read_tcp_info.hpp"

#include <linux/tcp.h>  // the C library's copy of tcp_info lacks the newer fields
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

#include "net/socket_state.hpp"

namespace sock {
namespace {

template <typename Value>
using Field = Value tcp_info::*;

// poll() leaves the error for the next call on the socket.
bool has_error(int fd) {
  pollfd polled{fd, 0, 0};
  return ::poll(&polled, 1, 0) > 0 && (polled.revents & POLLERR) != 0;
}

// Newer systems have a larger struct: getsockopt() says how much of it this one fills.
class Told {
 public:
  explicit Told(int fd) noexcept {
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info_, &size_) != 0) size_ = 0;
  }

  template <typename Value>
  std::optional<std::uint64_t> find(Field<Value> field) const {
    const auto* const value = &(info_.*field);
    const auto end =
        reinterpret_cast<const char*>(value + 1) - reinterpret_cast<const char*>(&info_);
    if (static_cast<socklen_t>(end) > size_) return {};
    return *value;
  }
  template <typename Value>
  std::uint64_t get(Field<Value> field) const {
    return find(field).value_or(0);
  }
  // 0, or all bits set: not measured yet.
  std::optional<std::chrono::microseconds> find_time(Field<__u32> field) const {
    const auto value = find(field);
    if (!value || *value == 0 || *value == UINT32_MAX) return {};
    return std::chrono::microseconds(*value);
  }

 private:
  tcp_info info_{};
  socklen_t size_ = sizeof info_;
};

}  // namespace

TcpInfo read_tcp_info(int fd) noexcept {
  const Told told(fd);
  TcpInfo info{
      .segments = told.find(&tcp_info::tcpi_data_segs_out),
      .retransmitted = told.get(&tcp_info::tcpi_total_retrans),
      .unanswered = told.get(&tcp_info::tcpi_retransmits) + told.get(&tcp_info::tcpi_probes),
      .in_flight = told.get(&tcp_info::tcpi_unacked),
      .unsent = told.find(&tcp_info::tcpi_notsent_bytes),
      .window = told.find(&tcp_info::tcpi_snd_wnd),
      .unread = unread_bytes(fd),
      .segment_size = told.get(&tcp_info::tcpi_snd_mss),
      .rtt = told.find_time(&tcp_info::tcpi_rtt),
      .least_rtt = told.find_time(&tcp_info::tcpi_min_rtt),
  };
  if (const auto state = told.find(&tcp_info::tcpi_state)) info.state = TcpState(*state);
  if (info.state == TcpState::closed) info.has_error = has_error(fd);
  return info;
}

}  // namespace sock
