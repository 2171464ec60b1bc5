#include "door_options.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace sockserver;

namespace {

std::string fault_of(std::string_view text) {
  try {
    parse_door(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

std::vector<DoorOptions> parse_doors(const std::vector<std::string>& texts) {
  std::vector<DoorOptions> doors;
  for (const auto& text : texts) {
    doors.push_back(parse_door(text));
    if (doors.back().service == nullptr) doors.back().service = sock::find_service("quit");
  }
  return doors;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a door is a place, and perhaps a protocol") {
  const auto plain = parse_door("9001");
  CHECK(plain.place.hosts == std::vector<std::string>{"localhost"});
  CHECK(plain.place.port == 9001);
  CHECK_FALSE(plain.place.datagrams);
  CHECK(plain.service == nullptr);
  CHECK(plain.text == "9001");

  const auto all = parse_door("*:7=echo");
  CHECK(all.place.hosts == std::vector<std::string>{"*"});
  CHECK(all.protocol() == "echo");

  const auto ipv6 = parse_door("[::1]:7=hola");
  CHECK(ipv6.place.hosts == std::vector<std::string>{"[::1]"});
  CHECK(ipv6.place.port == 7);
}

TEST_CASE("a door may be for datagrams") {
  for (const std::string where : {"7", "localhost:7", "[::1]:7", "*:7"}) {
    const auto door = parse_door("udp:" + where + "=echo");
    CHECK(door.place.datagrams);
    CHECK(door.place.port == 7);
    CHECK(door.protocol() == "echo");
  }
  CHECK(fault_of("udp:unix:/x") == "udp: goes with a port, not with a path");
}

TEST_CASE("a door may be a UNIX socket, whose file has a mode") {
  const auto plain = parse_door("unix:/run/x");
  CHECK(plain.place.path == "/run/x");
  CHECK(plain.place.permissions == 0600);
  const auto door = parse_door("unix:/run/x=chat,mode=0660");
  CHECK(door.place.path == "/run/x");
  CHECK(door.place.permissions == 0660);
  CHECK(door.protocol() == "chat");
  CHECK(parse_door("unix:/run/x,mode=0").place.permissions == 0);
  CHECK(parse_door("unix:@x=chat").place.path == "@x");
}

TEST_CASE("a room may have a name") {
  const auto door = parse_door("9001=chat/aula2");
  CHECK(door.service->name == "chat");
  CHECK(door.room == "aula2");
  CHECK(door.protocol() == "chat/aula2");
  CHECK(parse_door("9001=chat/año.2-b").room == "año.2-b");
}

TEST_CASE("what is wrong with a door is said") {
  const std::string protocols = " is not one of echo, quit, hola, greet, chat, whoami";
  const std::string name = R"( is not a name of a room (no blanks, no / and =))";
  const std::vector<std::pair<std::string, std::string>> faults{
      {"", R"("" is not a port (0 to 65535))"},
      {"x", R"("x" is not a port (0 to 65535))"},
      {"99999", R"("99999" is not a port (0 to 65535))"},
      {":7", "no host stands before the port (all: *)"},
      {"::1:7", "an IPv6 address stands in brackets: [::1]:7"},
      {"[::1:7", "an IPv6 address stands in brackets: [::1]:7"},
      {"unix:@", "unix:@ has no name"},
      {"udp:udp:9", "udp: stands there twice"},
      {"udp:", R"("" is not a port (0 to 65535))"},
      {"unix:", "unix: has no path"},
      {"unix:" + std::string(108, 'x'), "the path has 108 bytes, and can have 107"},
      {"7=", R"("")" + protocols},
      {"7=hello", R"("hello")" + protocols},
      {"7=/x", R"("")" + protocols},
      {"unix:/a=b", R"("b")" + protocols + " (a path ends at its first = or ,)"},
      {"7=echo/x", "echo has no rooms with names"},
      {"7=chat/", R"("")" + name},
      {"7=chat/a b", R"("a b")" + name},
      {"7=chat/a/b", R"("a/b")" + name},
      {"7=chat/a\n", "\"a\n\"" + name},
      {"7,",
       R"(there is no attribute "" (tls, proxy, mode=0660, delay=T, drip=N[@T], rate=SIZE, close=N, reset=N, mute, deaf, no-accept, flip=N, share=P%))"},
      {"7=echo,tsl",
       R"(there is no attribute "tsl" (tls, proxy, mode=0660, delay=T, drip=N[@T], rate=SIZE, close=N, reset=N, mute, deaf, no-accept, flip=N, share=P%))"},
      {"7,tls=yes", "tls takes no value"},
      {"7,proxy=", "proxy takes no value"},
      {"7,echo", "a protocol stands before the attributes, as in 9001=echo"},
      {"7=echo,chat/a", "a protocol stands before the attributes, as in 9001=chat/a"},
      {"unix:/x,mode", "mode needs a value, as in mode=0660"},
      {"unix:/x,mode=0660,",
       R"(there is no attribute "" (tls, proxy, mode=0660, delay=T, drip=N[@T], rate=SIZE, close=N, reset=N, mute, deaf, no-accept, flip=N, share=P%))"},
      {"7,mode=0660", "mode= is for the path of a UNIX socket"},
      {"unix:@x,mode=0660", "mode= is for the path of a UNIX socket"},
      {"unix:/x,mode=", R"(mode: "" is not an octal number (0 to 0777))"},
      {"unix:/x,mode=0680", R"(mode: "0680" is not an octal number (0 to 0777))"},
      {"unix:/x,mode=1000", R"(mode: "1000" is not an octal number (0 to 0777))"},
      {"unix:/x,mode=-1", R"(mode: "-1" is not an octal number (0 to 0777))"},
      {"unix:/x,mode=0660=echo", R"(mode: "0660=echo" is not an octal number (0 to 0777))"},
  };
  for (const auto& [door, fault] : faults) CHECK(fault_of(door) == fault);
}

TEST_CASE("doors that cannot be together are complained of by name") {
  const auto complaint_of = [](const Texts& doors) { return complaint(parse_doors(doors)); };
  for (const Texts& right :
       {Texts{"7"}, Texts{"7=echo", "udp:7=echo"}, Texts{"0", "0"}, Texts{"7", "127.0.0.1:7"},
        Texts{"udp:0=quit", "udp:0=hola"}, Texts{"unix:x", "unix:@x", "unix:/x"}}) {
    CHECK(complaint_of(right).empty());
  }
  for (const std::string protocol : {"greet", "chat"}) {
    CHECK(complaint_of({"7", "udp:7=" + protocol}) ==
          "\"udp:7=" + protocol + "\": " + protocol +
              " is not for datagrams (echo, quit, hola are)");
  }
  CHECK(complaint_of({"7", "8", "localhost:7=echo"}) ==
        R"("localhost:7=echo": its address is that of "7")");
  CHECK(complaint_of({"udp:7", "udp:7"}) == R"("udp:7": its address is that of "udp:7")");
  CHECK(complaint_of({"unix:/x=chat", "unix:/x=echo"}) ==
        R"("unix:/x=echo": its address is that of "unix:/x=chat")");
}

TEST_CASE("doors of one protocol and name share a service") {
  const auto doors = make_doors(
      parse_doors({"1=chat", "unix:x=chat", "2=chat/a", "3=chat/a", "4=chat/b", "5=quit"}), {});
  CHECK(doors[0].service == doors[1].service);
  CHECK(doors[0].service != doors[2].service);
  CHECK(doors[2].service == doors[3].service);
  CHECK(doors[3].service != doors[4].service);
  CHECK(doors[4].service != doors[5].service);
  CHECK(doors[1].path == "x");
}
