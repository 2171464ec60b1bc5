#include "server/registry.hpp"

#include <sys/socket.h>

#include <atomic>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "sock/service.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/socket_pair.hpp"

namespace {

using sock::End;
using sock::Registry;
using Kind = sock::Conversation::Action::Kind;

// Served by nobody.
struct Held final : sock::Connection {
  using Connection::Connection;
  void told() noexcept override {}
  void wake() noexcept override {}
};

// Served by hand, without a socket: whatever is sent to it is gone at once, unless it does not
// read.
class Guest final : public sock::Connection {
 public:
  Guest(sock::Service& service, sock::Keeper& keeper, std::uint64_t id)
      : Guest(sock::Descriptor(::socket(AF_INET, SOCK_STREAM, 0)), service, keeper, id) {}

  // Goes on until there is something to wait for; what that is.
  Kind go_on() {
    if (is_closed_) return Kind::close;
    conversation.begin_turn(buffers_);
    for (;;) {
      heed();
      const auto action = conversation.next();
      if (action.kind == Kind::send && reads) {
        heard += conversation.output();
        conversation.sent(conversation.output().size());
      } else if (action.kind == Kind::end) {
        end(keeper_, action.lingers);
      } else if (action.kind == Kind::close) {
        is_closed_ = true;
        close(keeper_);
        conversation.end_turn();
        return action.kind;
      } else if (action.kind != Kind::yield) {
        note_settled(keeper_);
        if (is_woken_.exchange(false)) continue;
        conversation.end_turn();
        return action.kind;
      }
    }
  }

  Kind says(std::string_view text) {
    conversation.begin_turn(buffers_);
    text.copy(buffers_.in.data(), text.size());
    conversation.received(text.size());
    conversation.end_turn();
    return go_on();
  }

  Kind leaves() {
    conversation.begin_turn(buffers_);
    conversation.ended(End::peer_closed);
    conversation.end_turn();
    return go_on();
  }

  std::string heard;
  bool reads = true;

 private:
  Guest(sock::Descriptor accepted, sock::Service& service, sock::Keeper& keeper, std::uint64_t id)
      : Connection(accepted, sock::Client{id}, {door(), service, nobody()}), keeper_(keeper) {}

  static sock::Observer& nobody() {
    static sock::Observer observer;
    return observer;
  }
  static const sock::Door& door() {
    static const sock::Door door;
    return door;
  }

  void told() noexcept override {}
  void wake() noexcept override { is_woken_ = true; }

  sock::Keeper& keeper_;
  std::atomic<bool> is_woken_ = false;
  bool is_closed_ = false;
  sock::Buffers buffers_{};
};

// Guests of one service, in one registry.
struct House {
  explicit House(const char* name) : service(sock::find_service(name)->make({})) {}

  std::shared_ptr<Guest> enter() {
    auto guest = std::make_shared<Guest>(*service, registry, ++guests);
    registry.add(guest);
    guest->go_on();
    return guest;
  }

  sock::Door door;
  std::unique_ptr<sock::Service> service;
  std::atomic<int> changes = 0;
  Registry registry{[this] { ++changes; }};
  std::uint64_t guests = 0;
};

bool was_told_of_the_stop(const Guest& guest) {
  return guest.heard.ends_with("* the server is shutting down\n");
}

}  // namespace

TEST_CASE("the totals are those of open and closed connections together") {
  House house("echo");
  const auto first = house.enter();
  const auto second = house.enter();
  const auto third = house.enter();
  first->says("0123456789");
  second->says("01234");
  first->leaves();
  house.registry.withdraw(*third);
  house.registry.count_refused();
  const auto totals = house.registry.totals();
  CHECK(totals.active == 1);
  CHECK(totals.served == 2);
  CHECK(totals.refused == 1);
  CHECK(totals.bytes_in == 15);
  CHECK(totals.bytes_out == 15);
  CHECK(totals.peak == 3);
  second->leaves();
  CHECK(house.registry.totals().served == 2);
  CHECK(house.registry.totals().bytes_out == 15);
  CHECK(house.registry.totals().active == 0);
  CHECK(house.registry.is_empty());
}

TEST_CASE("whenever a place becomes free, that is told without the lock") {
  House house("echo");
  const auto guest = house.enter();
  CHECK(house.changes == 0);
  guest->leaves();
  CHECK(house.changes == 2);  // over, and closed
  std::size_t open = 7;
  Registry registry([&] { open = registry.totals().active; });
  const auto other = std::make_shared<Guest>(*house.service, registry, 1);
  registry.add(other);
  other->leaves();
  CHECK(open == 0);
}

TEST_CASE("those that wait for their peers give up their places, but for too many") {
  House house("echo");
  std::vector<std::shared_ptr<Guest>> guests;
  for (int i = 0; i < 70; ++i) {
    guests.push_back(house.enter());
    house.registry.retire(*guests.back());
  }
  CHECK(house.registry.totals().active == 6);
  house.registry.remove(*guests.front());
  house.registry.remove(*guests.back());
  CHECK(house.registry.totals().active == 4);
  CHECK(house.registry.totals().active == 4);
  CHECK(house.registry.totals().served == 70);
  for (std::size_t i = 1; i + 1 < guests.size(); ++i) house.registry.remove(*guests[i]);
  CHECK(house.registry.totals().active == 0);
}

TEST_CASE("a client that is leaving is in its place or has made it free, never neither") {
  House house("echo");
  sock::Observer nobody;
  for (std::uint64_t i = 0; i < 200; ++i) {
    SocketPair pair;
    const auto held = std::make_shared<Held>(pair.server, sock::Client{i},
                                             sock::Reception{house.door, *house.service, nobody});
    house.registry.add(held);
    pair.client.close();
    std::jthread leaves([&] { house.registry.remove(*held); });
    auto place = house.registry.find_place(1);
    while (place == Registry::Place::soon) place = house.registry.find_place(1);
    REQUIRE(place == Registry::Place::free);
  }
}

TEST_CASE("at a stop all members stay in their room until the last has answered") {
  House house("chat");
  std::vector<std::shared_ptr<Guest>> members;
  for (int i = 0; i < 3; ++i) members.push_back(house.enter());
  house.registry.stop();
  CHECK(members[0]->go_on() == Kind::wait);
  CHECK(members[1]->go_on() == Kind::wait);
  CHECK(members[0]->go_on() == Kind::wait);
  CHECK(members[2]->go_on() == Kind::close);  // the last one need not wait
  for (const auto& member : members) {
    member->go_on();
    CHECK(was_told_of_the_stop(*member));
  }
  CHECK(house.registry.is_empty());
}

TEST_CASE("what a member says at a stop is heard by those that have answered before") {
  House house("chat");
  const auto first = house.enter();
  const auto second = house.enter();
  house.registry.stop();
  CHECK(first->go_on() == Kind::wait);
  second->says("hola\n");
  first->go_on();
  CHECK(first->heard.ends_with("guest2: hola\n* the server is shutting down\n"));
}

TEST_CASE("a member that does not read, leaves or is lost at a stop is not waited for") {
  enum class How { does_not_read, leaves, is_withdrawn };
  const auto how = GENERATE(How::does_not_read, How::leaves, How::is_withdrawn);
  House house("chat");
  const auto stays = house.enter();
  const auto other = house.enter();
  if (how == How::does_not_read) other->reads = false;
  stays->says("hola\n");
  house.registry.stop();
  CHECK(stays->go_on() == Kind::wait);
  if (how == How::does_not_read) {
    CHECK(other->go_on() == Kind::send);
  } else if (how == How::leaves) {
    other->leaves();
  } else {
    house.registry.withdraw(*other);
  }
  CHECK(stays->go_on() == Kind::close);
  CHECK(was_told_of_the_stop(*stays));
}

TEST_CASE("those that have retired, or share no room, are not waited for at a stop") {
  House house("chat");
  const auto retired = house.enter();
  house.registry.retire(*retired);
  const auto echo = sock::find_service("echo")->make({});
  const auto alone = std::make_shared<Guest>(*echo, house.registry, 9);
  house.registry.add(alone);
  const auto member = house.enter();
  house.registry.stop();
  CHECK(member->go_on() == Kind::close);
  CHECK(was_told_of_the_stop(*member));
  CHECK(alone->go_on() == Kind::close);
}

TEST_CASE("a connection that comes after a stop is stopped, and those before wait for it") {
  House house("chat");
  const auto before = house.enter();
  house.registry.stop();
  const auto after = std::make_shared<Guest>(*house.service, house.registry, 2);
  house.registry.add(after);
  CHECK(before->go_on() == Kind::wait);
  CHECK(after->go_on() == Kind::close);
  CHECK(before->go_on() == Kind::close);
  CHECK(was_told_of_the_stop(*before));
  CHECK(was_told_of_the_stop(*after));
}

TEST_CASE(
    "a connection that comes after all have left leaves at once, and one after a cut is cut") {
  House house("chat");
  house.registry.stop();
  const auto late = std::make_shared<Guest>(*house.service, house.registry, 1);
  house.registry.add(late);
  CHECK(late->go_on() == Kind::close);
  CHECK(was_told_of_the_stop(*late));
  CHECK_FALSE(late->is_cut());
  house.registry.cut();
  const auto latest = std::make_shared<Guest>(*house.service, house.registry, 2);
  house.registry.add(latest);
  CHECK(latest->is_cut());
  CHECK(latest->go_on() == Kind::close);
  CHECK(latest->heard.empty());
}

TEST_CASE("a peer that has ended its stream is noticed before anybody has read it") {
  House house("echo");
  SocketPair pair;
  sock::Observer nobody;
  Registry registry;
  const auto held = std::make_shared<Held>(pair.server, sock::Client{1},
                                           sock::Reception{house.door, *house.service, nobody});
  registry.add(held);
  using Place = Registry::Place;
  CHECK(registry.find_place(2) == Place::free);
  CHECK(registry.find_place(1) == Place::none);
  pair.client.write("hola");
  pair.client.shutdown_send();
  CHECK(eventually([&] { return registry.find_place(1) == Place::soon; }));
}

TEST_CASE("members that come and go while the server stops are all let go") {
  House house("chat");
  constexpr int threads = 4;
  constexpr int each = 50;
  std::latch all_there(threads + 1);
  std::atomic<int> told = 0;
  {
    std::mutex entrance;  // a service makes one session at a time
    std::uint64_t ids = 0;
    std::vector<std::jthread> drivers;
    for (int i = 0; i < threads; ++i) {
      drivers.emplace_back([&] {
        std::vector<std::shared_ptr<Guest>> mine;
        for (int n = 0; n < each; ++n) {
          if (n == each / 2) all_there.arrive_and_wait();
          const auto guest = [&] {
            const std::lock_guard lock(entrance);
            return std::make_shared<Guest>(*house.service, house.registry, ++ids);
          }();
          house.registry.add(guest);
          mine.push_back(guest);
        }
        eventually([&] {
          told += static_cast<int>(
              std::erase_if(mine, [](const auto& guest) { return guest->go_on() == Kind::close; }));
          return mine.empty();
        });
      });
    }
    all_there.arrive_and_wait();
    house.registry.stop();
  }
  CHECK(told == threads * each);
  CHECK(house.registry.is_empty());
}
