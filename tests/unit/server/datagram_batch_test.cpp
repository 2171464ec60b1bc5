#include "server/datagram_batch.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <string>

#include "net/descriptor.hpp"
#include "sock/datagram.hpp"
#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using sock::Clock;
using sock::Datagram;
using sock::DatagramBatch;
using sock::Descriptor;

void set(int fd, int level, int option) {
  const int yes = 1;
  REQUIRE(::setsockopt(fd, level, option, &yes, sizeof yes) == 0);
}

// Bound to a free port; one of IPv6 takes IPv4 too, if the address is "::".
Descriptor bound_socket(const std::string& address) {
  const auto where = sock::to_socket_address(sock::Endpoint{address});
  Descriptor fd(::socket(where.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(fd.get(), where.data(), where.size) == 0);
  DatagramBatch::tell_destinations(fd.get());
  return fd;
}

struct Seen {
  bool is_to_many;
  std::string from;
};

// Sends one datagram to that address, at the socket's port; it is received, and answered.
Seen exchange(const Descriptor& socket, Datagram& client, const std::string& address) {
  client.send_to("hola", {address, sock::local_endpoint(socket.get()).port});
  REQUIRE(sock::wait_for(socket.get(), POLLIN, Clock::now() + 30s));
  DatagramBatch batch;
  REQUIRE(batch.receive(socket.get()) == 1);
  const auto datagram = batch.at(0);
  CHECK(datagram.text == "hola");
  batch.answer(0, "adios");
  batch.send(socket.get());
  return {datagram.is_to_many, sock::to_endpoint(datagram.from).address};
}

std::string answer_to(Datagram& client) {
  const auto received = client.receive_before(Clock::now() + 30s);
  return received ? received->from.address : "nobody";
}

Datagram new_client(const std::string& host = "127.0.0.1") {
  auto client = Datagram::bind(0, host);
  set(client.native_handle(), SOL_SOCKET, SO_BROADCAST);
  return client;
}

}  // namespace

TEST_CASE("a socket of both families tells where datagrams of each were sent to") {
  const auto socket = bound_socket("::");
  auto ipv4 = new_client();
  for (const std::string asked : {"127.0.0.1", "127.0.0.2"}) {
    const auto seen = exchange(socket, ipv4, asked);
    CHECK_FALSE(seen.is_to_many);
    CHECK(seen.from == "127.0.0.1");
    CHECK(answer_to(ipv4) == asked);
  }
  CHECK(exchange(socket, ipv4, "127.255.255.255").is_to_many);
  auto ipv6 = new_client("::1");
  CHECK_FALSE(exchange(socket, ipv6, "::1").is_to_many);
  CHECK(answer_to(ipv6) == "::1");
}

TEST_CASE("a socket that is bound to an address of many tells so of each datagram") {
  const auto socket = bound_socket("127.255.255.255");
  auto client = new_client();
  CHECK(exchange(socket, client, "127.255.255.255").is_to_many);
}

TEST_CASE("what else a socket tells of a datagram does not go into its answer") {
  for (const std::string address : {"127.0.0.1", "::1", "0.0.0.0", "::"}) {
    INFO(address);
    const auto socket = bound_socket(address);
    set(socket.get(), SOL_SOCKET, SO_TIMESTAMP);
    set(socket.get(), SOL_SOCKET, SO_RXQ_OVFL);
    set(socket.get(), IPPROTO_IP, IP_RECVTTL);
    const std::string asked = address.find(':') == address.npos ? "127.0.0.1" : "::1";
    auto client = new_client(asked);
    CHECK_FALSE(exchange(socket, client, asked).is_to_many);
    CHECK(answer_to(client) == asked);
  }
}
