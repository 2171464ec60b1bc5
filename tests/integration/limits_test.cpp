// Connections at once, messages a connection, and what a server out of descriptors does.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <string>
#include <utility>
#include <vector>

#include "net/local_socket.hpp"
#include "sock/server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/modes.hpp"
#include "support/running_server.hpp"

namespace {

using sock::Stream;

std::string answer(Stream& stream, const std::string& text) {
  stream.write(text);
  return stream.receive();
}

// Takes all descriptors that this process may have, and gives them back.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);  // every descriptor below is in use, or will be
    ::close(next);
    rlimit low = before_;
    low.rlim_cur = static_cast<rlim_t>(next) + 1;
    ::setrlimit(RLIMIT_NOFILE, &low);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) taken_.push_back(fd);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() {
    for (const int fd : taken_) ::close(fd);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

  // One descriptor free again.
  void free_one() {
    ::close(taken_.back());
    taken_.pop_back();
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

sock::SocketAddress address_of(const sock::Endpoint& endpoint) {
  if (endpoint.transport == sock::Transport::local) return sock::local_address(endpoint.address);
  const auto ip = asio::ip::make_address(endpoint.address);
  return sock::to_socket_address(asio::ip::tcp::endpoint(ip, endpoint.port));
}

}  // namespace

TEST_CASE("a client over the limit is told so, and served once another has left") {
  auto options = GENERATE(from_range(side_by_side));
  options.max_connections = 2;
  RunningServer running("quit", options);
  auto first = running.connect();
  auto second = running.connect();
  CHECK(answer(first, "uno\n") == "uno\n");
  CHECK(answer(second, "dos\n") == "dos\n");
  auto third = running.connect();
  third.write("tres\n");
  CHECK(read_all(third) == "* server full (2 connections), try later\n");
  CHECK(running.recorder.count("refused") == 1);
  first.close();
  REQUIRE(eventually([&] { return running.server.totals().active == 1; }));
  auto fourth = running.connect();
  CHECK(answer(fourth, "cuatro\n") == "cuatro\n");
  CHECK(running.server.totals().refused == 1);
}

TEST_CASE("a client that was told goodbye does not count any more, though it stays connected") {
  auto options = GENERATE(from_range(side_by_side));
  options.max_connections = 1;
  RunningServer running("quit", options);
  std::vector<Stream> stay;
  for (int i = 0; i < 20; ++i) {
    stay.push_back(running.connect());
    stay.back().write("hola\nquit\n");
    CHECK(read_all(stay.back()) == "hola\n");
  }
  CHECK(running.server.totals().refused == 0);
}

TEST_CASE("one that closes and connects anew at once is not refused for its own place") {
  auto options = GENERATE(from_range(side_by_side));
  options.max_connections = 1;
  RunningServer running("quit", options);
  for (int i = 0; i < 300; ++i) {
    auto client = running.connect();
    REQUIRE(answer(client, "uno\n") == "uno\n");
    client.close();
  }
  CHECK(running.server.totals().refused == 0);
}

TEST_CASE("a client over the limit of echo is only closed") {
  auto options = GENERATE(from_range(side_by_side));
  options.max_connections = 1;
  RunningServer running("echo", options);
  auto first = running.connect();
  CHECK(answer(first, "uno") == "uno");
  auto second = running.connect();
  CHECK(read_all(second).empty());
}

TEST_CASE("more clients turned away than can be waited for are closed all the same") {
  auto options = GENERATE(from_range(side_by_side));
  options.max_connections = 1;
  RunningServer running("quit", options);
  auto served = running.connect();
  CHECK(answer(served, "uno\n") == "uno\n");
  std::vector<Stream> refused;
  for (int i = 0; i < 100; ++i) refused.push_back(running.connect());
  for (auto& stream : refused) {
    const auto text = read_all(stream);
    CHECK((text.empty() || text.starts_with("* server full (1 connection)")));
  }
  CHECK(answer(served, "dos\n") == "dos\n");
}

TEST_CASE("without descriptors the clients are served, and accepting goes on when there are some") {
#if defined(__SANITIZE_ADDRESS__)
  return;  // UndefinedBehaviorSanitizer needs descriptors for its own checks
#endif
  const auto options = GENERATE(from_range(side_by_side));
  RunningServer running("echo", options);
  auto before = running.connect();
  CHECK(answer(before, "uno") == "uno");
  const auto address = address_of(running.server.endpoints().front());
  const int reserve = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
  {
    NoDescriptors none;
    ::connect(reserve, address.data(), address.size);
    CHECK(eventually([&] { return running.recorder.count("cannot accept") == 1; }));
    CHECK(answer(before, "dos") == "dos");
    none.free_one();
    CHECK(eventually([&] { return running.server.totals().active == 2; }));
    CHECK(running.recorder.count("cannot accept") == 1);
  }
  ::close(reserve);
}
