#include "server/registry.hpp"

#include <asio/io_context.hpp>
#include <memory>
#include <vector>

#include "support/catch.hpp"

namespace {

using sock::Connection;
using sock::End;
using sock::Registry;

std::unique_ptr<Connection> unconnected(std::uint64_t id) {
  static asio::io_context context;
  sock::TcpSocket socket(context, asio::ip::tcp::v4());
  return std::make_unique<Connection>(std::move(socket), sock::Client{id, {}});
}

}  // namespace

TEST_CASE("the totals are those of open and closed connections together") {
  Registry registry;
  const auto first = unconnected(1);
  const auto second = unconnected(2);
  const auto third = unconnected(3);
  for (auto* connection : {first.get(), second.get(), third.get()}) registry.add(*connection);
  first->bytes_in.add(10);
  second->bytes_out.add(5);
  registry.remove(*first);
  registry.withdraw(*third);
  registry.count_refused();
  const auto totals = registry.totals();
  CHECK(totals.active == 1);
  CHECK(totals.served == 2);
  CHECK(totals.refused == 1);
  CHECK(totals.bytes_in == 10);
  CHECK(totals.bytes_out == 5);
  CHECK(totals.peak == 3);
  registry.remove(*second);
  CHECK(registry.totals().served == 2);
  CHECK(registry.size() == 0);
}

TEST_CASE("a connection that comes after the stop is stopped too") {
  Registry registry;
  const auto before = unconnected(1);
  const auto after = unconnected(2);
  registry.add(*before);
  registry.stop();
  registry.add(*after);
  CHECK(before->cause() == End::stopped);
  CHECK(after->cause() == End::stopped);
  CHECK_FALSE(after->is_cut());
  registry.cut();
  CHECK(after->is_cut());
}

TEST_CASE("the first cause of an end is the one that counts") {
  const auto connection = unconnected(1);
  CHECK(connection->settle(End::idle) == End::idle);
  CHECK(connection->settle(End::stopped) == End::idle);
  CHECK(connection->cause() == End::idle);
}

TEST_CASE("those that wait for their peers give up their places, but for too many") {
  Registry registry;
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < 70; ++i) {
    connections.push_back(unconnected(1));
    registry.add(*connections.back());
    registry.retire(*connections.back());
  }
  CHECK(registry.size() == 6);
  registry.remove(*connections.front());
  registry.remove(*connections.back());
  CHECK(registry.size() == 5);
  CHECK(registry.totals().active == 5);
}
