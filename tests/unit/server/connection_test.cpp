#include "server/connection.hpp"

#include <sys/socket.h>

#include <string>
#include <utility>

#include "sock/room_log.hpp"
#include "sock/service.hpp"
#include "support/catch.hpp"

namespace {

struct NoKeeper final : sock::Keeper {
  void settled(sock::Connection&) override {}
  void retire(sock::Connection&) override {}
  void remove(sock::Connection&) override {}
};

// Hears what is said in one log.
class Hearer final : public sock::Session {
 public:
  explicit Hearer(sock::RoomLog& log) : feed_(log) { feed_.join(); }
  sock::Step on_bytes(std::string_view in, std::string&) override {
    return {.consumed = in.size()};
  }
  void on_end(sock::End, std::string&) override { feed_.leave(); }
  sock::Feed* feed() override { return &feed_; }

 private:
  sock::Feed feed_;
};

struct Hearing final : sock::Service {
  std::unique_ptr<sock::Session> open(const sock::Client&, sock::Observer&) override {
    return std::make_unique<Hearer>(log);
  }
  sock::RoomLog log{1000, 0};
};

class Member final : public sock::Connection {
 public:
  Member(sock::Descriptor accepted, Hearing& service, sock::Observer& observer)
      : Connection(accepted, {}, {door_, service, observer}) {}

  // Its socket takes nothing.
  void is_full() {
    conversation.begin_turn(buffers_);
    conversation.next();  // there is a line to be sent
    conversation.sent(0);
    conversation.end_turn();
  }
  void close() { Connection::close(keeper_); }

  int times_told = 0;

 private:
  void told() noexcept override { ++times_told; }
  void wake() noexcept override {}

  static inline const sock::Door door_{};
  NoKeeper keeper_;
  sock::Buffers buffers_{};
};

}  // namespace

// Whoever tells it anything holds the log's lock, and must not be the last one that knows it.
TEST_CASE("a connection that is closed is told of nothing more, not even that it is behind") {
  sock::Observer nobody;
  Hearing place;
  sock::Feed talker(place.log);
  talker.join();
  Member member(sock::Descriptor(::socket(AF_INET, SOCK_STREAM, 0)), place, nobody);
  place.log.add(sock::RoomLog::Line("hola\n"), talker);
  CHECK(member.times_told == 1);
  member.is_full();
  place.log.add(sock::RoomLog::Line(std::string(2000, 'x')), talker);
  CHECK(member.times_told == 3);  // of the line, and of being behind
  member.close();
  for (int i = 0; i < 10; ++i) {
    place.log.add(sock::RoomLog::Line(std::string(2000, 'x')), talker);
  }
  CHECK(member.times_told == 3);
}
