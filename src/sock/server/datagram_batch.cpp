#include "server/datagram_batch.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace sock {
namespace {

template <typename Info>
Info info_of(cmsghdr& part) {
  Info info{};
  std::memcpy(&info, CMSG_DATA(&part), sizeof info);
  return info;
}

// Makes `info` the only control data of the message.
template <typename Info>
void say_only(msghdr& message, int level, int type, const Info& info) {
  message.msg_controllen = CMSG_SPACE(sizeof info);  // `info` was in there, so it fits
  cmsghdr& part = *CMSG_FIRSTHDR(&message);
  part.cmsg_level = level;
  part.cmsg_type = type;
  part.cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(&part), &info, sizeof info);
}

// Makes the destination of a received datagram (IP_PKTINFO or IPV6_PKTINFO) the source of its
// answer. Returns true if the datagram was sent to many. An IPv4 datagram at a socket of both
// families has both; only IP_PKTINFO shows a broadcast.
bool turn_round(msghdr& message) {
  std::optional<in_pktinfo> ipv4;
  std::optional<in6_pktinfo> ipv6;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      ipv4 = info_of<in_pktinfo>(*part);
    } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      ipv6 = info_of<in6_pktinfo>(*part);
    }
  }
  if (ipv4) {
    ipv4->ipi_ifindex = 0;  // the route decides, and ipi_spec_dst stays as it is
    say_only(message, IPPROTO_IP, IP_PKTINFO, *ipv4);
    return ipv4->ipi_addr.s_addr != ipv4->ipi_spec_dst.s_addr;
  }
  if (ipv6) {
    say_only(message, IPPROTO_IPV6, IPV6_PKTINFO, *ipv6);
    return IN6_IS_ADDR_MULTICAST(&ipv6->ipi6_addr);
  }
  message.msg_controllen = 0;
  return false;
}

}  // namespace

// Not initialised: written before it is read. (libc++ 14 has no make_unique_for_overwrite.)
DatagramBatch::DatagramBatch() : bytes_(new Bytes) {}

void DatagramBatch::tell_destinations(int fd) {
  const int yes = 1;
  if (family_of(fd) == AF_INET6) {
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes, sizeof yes);
  }
  ::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);  // an IPv6 socket may take both
}

std::size_t DatagramBatch::receive(int fd) {
  for (std::size_t i = 0; i < most; ++i) {
    Slot& slot = slots_[i];
    slot.part = {(*bytes_)[i].data(), largest};
    received_[i] = {};
    auto& header = received_[i].msg_hdr;
    header.msg_name = slot.peer.data();
    header.msg_namelen = sizeof slot.peer.storage;
    header.msg_iov = &slot.part;
    header.msg_iovlen = 1;
    header.msg_control = slot.control.data();
    header.msg_controllen = slot.control.size();
  }
  answers_count_ = 0;
  const int got = ::recvmmsg(fd, received_.data(), most, MSG_DONTWAIT, nullptr);
  const auto count = static_cast<std::size_t>(std::max(got, 0));
  for (std::size_t i = 0; i < count; ++i) slots_[i].peer.size = received_[i].msg_hdr.msg_namelen;
  return count;
}

ReceivedDatagram DatagramBatch::at(std::size_t index) {
  const auto& part = slots_[index].part;
  return {slots_[index].peer,
          {static_cast<const char*>(part.iov_base), received_[index].msg_len},
          turn_round(received_[index].msg_hdr)};
}

std::string& DatagramBatch::room_for_answer(std::size_t index) {
  slots_[index].answer.clear();
  return slots_[index].answer;
}

void DatagramBatch::answer(std::size_t index, std::string_view text) {
  slots_[index].part = {const_cast<char*>(text.data()), text.size()};
  auto& answer = answers_[answers_count_++];
  answer = received_[index];
  answer.msg_hdr.msg_flags = 0;
}

// The error of a failed call is about its first datagram: skip that one, and send the others.
void DatagramBatch::send(int fd) {
  for (unsigned done = 0; done < answers_count_;) {
    const int sent =
        ::sendmmsg(fd, &answers_[done], answers_count_ - done, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0 && errno == EINTR) continue;
    done += static_cast<unsigned>(std::max(sent, 1));
  }
}

}  // namespace sock
