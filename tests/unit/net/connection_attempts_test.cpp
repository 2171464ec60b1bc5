#include "net/connection_attempts.hpp"

#include <asio/ip/address.hpp>
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "sock/listener.hpp"
#include "support/catch.hpp"
#include "support/silent_port.hpp"

namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using sock::Clock;
using sock::ConnectionAttempts;
using sock::Listener;

using Texts = std::vector<std::string>;

std::vector<tcp::endpoint> endpoints(const Texts& addresses, std::uint16_t port) {
  std::vector<tcp::endpoint> all;
  for (const auto& address : addresses) all.emplace_back(asio::ip::make_address(address), port);
  return all;
}

Texts texts(const std::vector<tcp::endpoint>& endpoints) {
  Texts all;
  for (const auto& endpoint : endpoints) all.push_back(endpoint.address().to_string());
  return all;
}

// The address that is connected; empty: none.
std::string winner(ConnectionAttempts& attempts) {
  const auto connection = attempts.run();
  if (!connection) return {};
  CHECK(connection->socket.remote_endpoint() == connection->peer);
  return connection->peer.address().to_string();
}

Clock::time_point soon() { return Clock::now() + 100ms; }

std::uint16_t free_port() { return Listener(0).port(); }

}  // namespace

TEST_CASE("an address that does not answer is passed over, without an end of its time") {
  const SilentPort silent("127.0.0.2");
  const Listener listener(silent.port(), "127.0.0.3");
  ConnectionAttempts attempts(endpoints({"127.0.0.2", "127.0.0.3"}, silent.port()),
                              sock::no_deadline);
  CHECK(winner(attempts) == "127.0.0.3");
}

TEST_CASE("the next address is tried at once when one has failed") {
  const Listener listener(0, "127.0.0.3");
  ConnectionAttempts attempts(endpoints({"127.0.0.2", "::1", "127.0.0.3"}, listener.port()),
                              sock::no_deadline, 1h);
  CHECK(winner(attempts) == "127.0.0.3");
}

TEST_CASE("an address that answers at once is the only one that is tried") {
  const Listener first(0, "127.0.0.2");
  const Listener second(first.port(), "127.0.0.3");
  ConnectionAttempts attempts(endpoints({"127.0.0.2", "127.0.0.3"}, first.port()),
                              sock::no_deadline, 1h);
  CHECK(winner(attempts) == "127.0.0.2");
  CHECK(texts(attempts.tried()) == Texts{"127.0.0.2"});
}

TEST_CASE("an attempt goes on while later ones are made") {
  SilentPort late("127.0.0.2");
  const SilentPort silent("127.0.0.3", late.port());
  ConnectionAttempts attempts(endpoints({"127.0.0.2", "127.0.0.3", "127.0.0.4"}, late.port()),
                              sock::no_deadline, 0ms);
  auto won = std::async(std::launch::async, [&] { return winner(attempts); });
  late.answer();
  CHECK(won.get() == "127.0.0.2");
}

TEST_CASE("the families take turns") {
  const auto port = free_port();
  ConnectionAttempts attempts(
      endpoints({"127.0.0.2", "127.0.0.3", "127.0.0.4", "::1", "127.0.0.5"}, port),
      sock::no_deadline);
  CHECK(winner(attempts).empty());
  CHECK(texts(attempts.tried()) ==
        Texts{"127.0.0.2", "::1", "127.0.0.3", "127.0.0.4", "127.0.0.5"});
}

TEST_CASE("each address has its share of a time that is short") {
  const SilentPort silent("127.0.0.2");
  const Listener listener(silent.port(), "127.0.0.3");
  ConnectionAttempts attempts(endpoints({"127.0.0.2", "127.0.0.3"}, silent.port()),
                              Clock::now() + 4s, 1h);
  CHECK(winner(attempts) == "127.0.0.3");
}

TEST_CASE("the reason for a failure is that of the last address") {
  const SilentPort silent("127.0.0.2");
  ConnectionAttempts refused_last(endpoints({"127.0.0.2", "127.0.0.3"}, silent.port()), soon(),
                                  0ms);
  CHECK(winner(refused_last).empty());
  CHECK(refused_last.error() == std::errc::connection_refused);
  ConnectionAttempts silent_last(endpoints({"127.0.0.3", "127.0.0.2"}, silent.port()), soon(), 0ms);
  CHECK(winner(silent_last).empty());
  CHECK(silent_last.error() == std::errc::timed_out);
}
