#include "server/datagram_doors.hpp"

#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "net/bind_datagrams.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

using namespace std::chrono_literals;

constexpr auto pause_after_an_error = 200ms;
constexpr int most_batches_at_a_stop = 256;  // more than a receive buffer usually holds

std::uint16_t port_of(const SocketAddress& address) {
  // The port is at the same place in a sockaddr_in6.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address.storage).sin_port);
}

// Takes a socket that was handed over.
Descriptor take(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  const bool is_socket = ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
  if (!is_socket || type != SOCK_DGRAM || is_local(fd)) {
    throw std::system_error(std::make_error_code(std::errc::not_a_socket),
                            "cannot take datagrams at descriptor " + std::to_string(fd));
  }
  return Descriptor(fd);
}

}  // namespace

DatagramDoors::DatagramDoors(const std::vector<Door>& doors, Observer& observer,
                             std::atomic<std::uint64_t>& last_id,
                             std::chrono::milliseconds idle_timeout) {
  DatagramPeers::Limits limits;
  if (idle_timeout > 0ms) limits.silence = idle_timeout;
  for (const auto& door : doors) {
    endpoints_.emplace_back();
    if (!door.datagrams) continue;
    if (!door.service->takes_datagrams()) {
      throw std::invalid_argument("the service of a door for datagrams does not take them");
    }
    open(door, *peers_.emplace_back(std::make_unique<DatagramPeers>(*door.service, observer,
                                                                    last_id, limits, door.faults)));
  }
  if (sockets_.empty()) return;
  batch_ = std::make_unique<DatagramBatch>();
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), "cannot start a thread");
  }
}

DatagramDoors::~DatagramDoors() {
  cut();
  start();
  join();
}

void DatagramDoors::open(const Door& door, DatagramPeers& peers) {
  std::vector<Descriptor> opened;
  const bool is_shared = door.descriptor >= 0;
  if (is_shared) {
    opened.push_back(take(door.descriptor));
  } else {
    opened = bind_datagrams({door.hosts, door.port, door.family});
  }
  for (auto& fd : opened) {
    auto endpoint = local_endpoint(fd.get());
    endpoint.transport = Transport::udp;
    ports_.push_back(endpoint.port);
    DatagramBatch::tell_destinations(fd.get());
    endpoints_.back().push_back(std::move(endpoint));
    sockets_.push_back({std::move(fd), peers, is_shared});
  }
}

void DatagramDoors::start() {
  may_start_ = true;
  may_start_.notify_one();
}

void DatagramDoors::stop() noexcept {
  stopping_ = true;
  wake_.notify();
}

void DatagramDoors::cut() noexcept {
  cutting_ = true;
  stop();
}

void DatagramDoors::join() {
  if (thread_.joinable()) thread_.join();
}

void DatagramDoors::add_to(Totals& totals) const {
  for (const auto& peers : peers_) totals.served += peers->served();
  const std::lock_guard lock(totals_mutex_);
  totals.bytes_in += totals_.bytes_in;
  totals.bytes_out += totals_.bytes_out;
  totals.datagrams_in += totals_.datagrams_in;
  totals.datagrams_out += totals_.datagrams_out;
}

void DatagramDoors::run() {
  may_start_.wait(false);
  serve_until_stopped();
  for (auto& socket : sockets_) {
    for (int i = 0; i < most_batches_at_a_stop && !socket.is_shared && !cutting_; ++i) {
      if (!serve(socket)) break;
    }
  }
  for (const auto& peers : peers_) peers->end();
}

void DatagramDoors::serve_until_stopped() {
  std::vector<pollfd> polled{{wake_.fd(), POLLIN, 0}};
  for (const auto& socket : sockets_) polled.push_back({socket.fd.get(), POLLIN, 0});
  while (!stopping_) {
    ::poll(polled.data(), polled.size(), poll_timeout(forget_silent()));
    for (std::size_t i = 0; i < sockets_.size() && !stopping_; ++i) {
      if (polled[i + 1].revents != 0) serve(sockets_[i]);
    }
  }
}

// Serves one batch. Returns false if nothing has come.
bool DatagramDoors::serve(Socket& socket) {
  const std::size_t count = batch_->receive(socket.fd.get());
  if (count == 0) {
    const bool is_usual = errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED;
    if (!is_usual) wait_for(wake_.fd(), POLLIN, Clock::now() + pause_after_an_error);
    return false;
  }
  const auto now = Clock::now();
  Totals moved{.datagrams_in = count};
  for (std::size_t i = 0; i < count; ++i) try {
      const auto datagram = batch_->at(i);
      moved.bytes_in += datagram.text.size();
      if (!may_be_answered(datagram)) continue;
      const auto answer =
          socket.peers.answer(datagram.from, datagram.text, batch_->room_for_answer(i), now);
      if (!answer) continue;
      moved.datagrams_out += 1;
      moved.bytes_out += answer->size();
      batch_->answer(i, *answer);
    } catch (const std::exception&) {  // no memory: the datagram is lost, as it may be
    }
  batch_->send(socket.fd.get());
  const std::lock_guard lock(totals_mutex_);
  totals_.bytes_in += moved.bytes_in;
  totals_.bytes_out += moved.bytes_out;
  totals_.datagrams_in += moved.datagrams_in;
  totals_.datagrams_out += moved.datagrams_out;
  return true;
}

bool DatagramDoors::may_be_answered(const ReceivedDatagram& datagram) const {
  constexpr std::uint16_t first_free_port = 1024;
  const std::uint16_t port = port_of(datagram.from);
  return !datagram.is_to_many && port >= first_free_port &&
         std::find(ports_.begin(), ports_.end(), port) == ports_.end();
}

// Returns when to look again.
Clock::time_point DatagramDoors::forget_silent() {
  const auto now = Clock::now();
  auto next = no_deadline;
  for (const auto& peers : peers_) {
    peers->forget_silent(now);
    next = std::min(next, peers->deadline());
  }
  return next;
}

}  // namespace sock
