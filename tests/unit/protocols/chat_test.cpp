// The chat protocol: every text of the specification. chat_forgery_test.cpp has the rest.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sock/service.hpp"
#include "support/catch.hpp"
#include "support/chatter.hpp"
#include "support/cuts.hpp"
#include "support/recorder.hpp"

namespace {

using sock::End;
using sock::Framing;

std::unique_ptr<sock::Service> chat(sock::MessageOptions options = {}) {
  return sock::find_service("chat")->make(std::move(options));
}

constexpr auto hint = "* /nick NAME to choose a name, /help for the rest\n";
constexpr auto too_long = "* that message is too long (limit 4096 bytes) and was not sent\n";
constexpr auto bad_name =
    "* a name is 1 to 16 letters, digits or . _ - and begins with a letter or digit\n";

}  // namespace

TEST_CASE("one who joins an empty chat is welcomed, alone") {
  const auto room = chat();
  const Chatter ana(*room);
  CHECK(ana.greeting == std::string("* welcome, you are guest1. nobody else is here\n") + hint);
}

TEST_CASE("one who joins a chat reads the earlier messages and who is here, in order of joining") {
  const auto room = chat();
  for (int i = 0; i < 4; ++i) Chatter(*room).ends(End::peer_closed);
  Chatter ana(*room), eva(*room);
  eva.types("/nick eva\n");
  ana.types("/nick ana\n");
  eva.types("alguien?\n");
  ana.types("aqui\n");
  eva.types("/msg ana secret\n");
  ana.hears();
  const Chatter guest(*room);
  CHECK(guest.greeting == std::string("* 2 earlier messages:\n"
                                      "eva: alguien?\n"
                                      "ana: aqui\n"
                                      "* welcome, you are guest7. 2 others here: ana, eva\n") +
                              hint);
  CHECK(ana.hears() == "* guest7 joined (3 here)\n");
}

TEST_CASE("with one other here and one message said, the texts are in the singular") {
  const auto room = chat();
  Chatter ana(*room);
  ana.types("hola\n");
  CHECK(Chatter(*room).greeting ==
        std::string("* 1 earlier message:\nguest1: hola\n"
                    "* welcome, you are guest2. 1 other here: guest1\n") +
            hint);
}

TEST_CASE("what one says all the others read, and its author does not") {
  const auto room = chat();
  Chatter ana(*room), eva(*room), leo(*room);
  for (auto* one : {&ana, &eva, &leo}) one->hears();
  CHECK(ana.types("quit\n").empty());
  CHECK_FALSE(ana.closed);
  CHECK(ana.hears().empty());
  CHECK(eva.hears() == "guest1: quit\n");
  CHECK(leo.hears() == "guest1: quit\n");
}

TEST_CASE("each line typed in a chat is answered and heard as specified") {
  struct Line {
    std::string typed;
    std::string answer;
    std::string heard;
  };
  const Line lines[] = {
      {"hola", "", "ana: hola\n"},
      {" hola\t ", "", "ana:  hola\t \n"},
      {"", "", ""},
      {" \t\v ", "", ""},
      {"//who", "", "ana: /who\n"},
      {"//", "", "ana: /\n"},
      {"///", "", "ana: //\n"},
      {" /who", "", "ana:  /who\n"},
      {"* eva left", "", "ana: * eva left\n"},
      {"eva: hola", "", "ana: eva: hola\n"},
      {"eva -> you: hola", "", "ana: eva -> you: hola\n"},
      {"/help",
       "* /help           these commands\n"
       "* /nick NAME      choose a name\n"
       "* /who            list who is here\n"
       "* /msg NAME TEXT  say it to NAME alone\n"
       "* /quit           leave\n",
       ""},
      {"/who", "* 3 here: ana (you), eva, guest3\n", ""},
      {"/WHO is it", "* 3 here: ana (you), eva, guest3\n", ""},
      {"/nick", "* usage: /nick NAME\n", ""},
      {"/nick  \t", "* usage: /nick NAME\n", ""},
      {"/nick eva", "* that name is taken\n", ""},
      {"/nick EVA", "* that name is taken\n", ""},
      {"/nick you", "* that name is taken\n", ""},
      {"/nick Server", "* that name is taken\n", ""},
      {"/nick all", "* that name is taken\n", ""},
      {"/nick guest9", "* that name is taken\n", ""},
      {"/nick *", bad_name, ""},
      {"/nick ana maria", bad_name, ""},
      {"/nick ana:", bad_name, ""},
      {"/nick \xc3\xa1na", bad_name, ""},
      {"/nick abcdefghijklmnopq", bad_name, ""},
      {"/nick ana", "* you are now ana\n", ""},
      {"/Nick  lea ", "* you are now lea\n", "* ana is now lea\n"},
      {"/nick ana", "* you are now ana\n", "* lea is now ana\n"},
      {"/msg", "* usage: /msg NAME TEXT\n", ""},
      {"/msg eva", "* usage: /msg NAME TEXT\n", ""},
      {"/msg eva  ", "* usage: /msg NAME TEXT\n", ""},
      {"/msg eve hola", "* nobody here is called eve\n", ""},
      {"/msg e\x1bv hola", "* nobody here is called e\\x1bv\n", ""},
      {"/msg eva hola  a todos", "* to eva: hola  a todos\n", "ana -> you: hola  a todos\n"},
      {"/MSG EVA //who", "* to eva: //who\n", "ana -> you: //who\n"},
      {"/msg ana note", "* to ana: note\n", ""},
      {"/msg guest3 hola", "* to guest3: hola\n", ""},
      {"/foo", "* no such command: /foo (try /help)\n", ""},
      {"/Foo bar", "* no such command: /Foo (try /help)\n", ""},
      {"/", "* no such command: / (try /help)\n", ""},
      {"/ who", "* no such command: / (try /help)\n", ""},
      {"/\xff\x1b", "* no such command: /\\xff\\x1b (try /help)\n", ""},
      {"a\x1b[2J\rb\x7f\xc2\x9b", "", "ana: a\\x1b[2J\\x0db\\x7f\\x9b\n"},
      {"\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf", "", "ana: \\u202e\\u200b\\ufeff\n"},
      {"\xff\xc3\xb1\xe2\x98\x95\xf0\x9f\x8d\x8e\xc3", "",
       "ana: \\xff\xc3\xb1\xe2\x98\x95\xf0\x9f\x8d\x8e\\xc3\n"},
      {"/quit now", "* adios\n", "* ana left\n"},
  };
  const auto room = chat();
  Chatter ana(*room), eva(*room), leo(*room);
  ana.types("/nick ana\n");
  eva.types("/nick eva\n");
  eva.hears();
  for (const auto& line : lines) {
    INFO(line.typed);
    CHECK(ana.types(line.typed + "\r\n") == line.answer);
    CHECK(eva.hears() == line.heard);
    CHECK(ana.closed == (line.answer == "* adios\n"));
  }
}

TEST_CASE("a chat is the same however its lines are cut") {
  const std::string script =
      "hola\r\n\n \r\n/nick ana\r\n//uno\n123456789\n/msg eva "
      "a\xc3\xb1\n/wh\n12345678\r\n/quit\nno\n";
  for (const auto& cut : every_cut(script)) {
    const auto room = chat({.framing = Framing::line, .max_message = 8});
    Chatter eva(*room);
    eva.types("/nick eva\n");
    Chatter ana(*room);
    eva.hears();
    std::string answers;
    for (const auto read : cut) answers += ana.types(read);
    // The limit is for what is said: a command before it does not count.
    CHECK(eva.hears() ==
          "guest2: hola\n* guest2 is now ana\nana: /uno\nana -> you: a\xc3\xb1\nana: 12345678\n"
          "* ana left\n");
    CHECK(answers ==
          "* you are now ana\n* that message is too long (limit 8 bytes) and was not sent\n"
          "* to eva: a\xc3\xb1\n* no such command: /wh (try /help)\n* adios\n");
    CHECK(ana.closed);
  }
}

TEST_CASE("every line in a chat ends with LF, whatever the framing and what was typed") {
  for (const auto framing : {Framing::automatic, Framing::line, Framing::chunk}) {
    for (const std::string end : {"", "\n", "\r\n"}) {
      if (framing != Framing::chunk && end.empty()) continue;
      const auto room = chat({.framing = framing, .banner = "hi"});
      Chatter eva(*room);
      CHECK(eva.greeting ==
            std::string("* hi\n* welcome, you are guest1. nobody else is here\n") + hint);
      Chatter ana(*room);
      CHECK(eva.hears() == "* guest2 joined (2 here)\n");
      CHECK(ana.types("hola" + end).empty());
      CHECK(ana.types("/msg guest1 hola" + end) == "* to guest1: hola\n");
      CHECK(ana.types("/nick ana" + end) == "* you are now ana\n");
      CHECK(ana.types("/quit" + end) == "* adios\n");
      CHECK(eva.hears() == "guest2: hola\nguest2 -> you: hola\n* guest2 is now ana\n* ana left\n");
      CHECK(room->notice("* full") == "* full\n");
    }
  }
}

TEST_CASE("what is one message under chunk framing stays one line") {
  const auto room = chat({.framing = Framing::chunk});
  Chatter eva(*room), ana(*room);
  eva.hears();
  ana.types("hola\n* eva left\n");
  CHECK(eva.hears() == "guest2: hola\\x0a* eva left\n");
}

TEST_CASE("a banner's lines come first, each said by the server") {
  const auto room = chat({.banner = "one\r\n\ntwo\x1b\n"});
  CHECK(Chatter(*room).greeting ==
        std::string("* one\n* \n* two\\x1b\n* welcome, you are guest1. nobody else is here\n") +
            hint);
}

TEST_CASE("the others read why a member has left") {
  const std::pair<End, std::string> ends[] = {
      {End::peer_closed, "* guest2 left\n"},
      {End::by_server, "* guest2 left\n"},
      {End::lost, "* guest2 left (connection lost)\n"},
      {End::too_slow, "* guest2 left (too slow)\n"},
      {End::idle, "* guest2 left (idle)\n"},
      {End::stopped, ""},
  };
  for (const auto& [why, text] : ends) {
    const auto room = chat();
    Chatter eva(*room);
    {
      Chatter ana(*room);
      eva.hears();
      CHECK(ana.ends(why) == (why == End::stopped ? "* the server is shutting down\n" : ""));
      CHECK(eva.hears() == text);
      eva.types("anybody?\n");
      CHECK(ana.hears().empty());
    }
    CHECK(eva.hears().empty());
    CHECK(eva.types("/who\n") == "* 1 here: guest1 (you)\n");
  }
}

TEST_CASE("a session that was never ended leaves when it is destroyed") {
  const auto room = chat();
  Chatter eva(*room);
  std::make_unique<Chatter>(*room).reset();
  CHECK(eva.hears() == "* guest2 joined (2 here)\n* guest2 left (connection lost)\n");
}

TEST_CASE("a last line without its end is said before its author has left") {
  const auto room = chat({.framing = Framing::line});
  Chatter eva(*room), ana(*room);
  eva.hears();
  ana.types("adios");
  CHECK(eva.hears().empty());
  ana.ends(End::peer_closed);
  CHECK(eva.hears() == "guest2: adios\n* guest2 left\n");
}

TEST_CASE(
    "a chat message of 4096 escaped bytes is sent, a longer one is not, and its author stays") {
  const auto room = chat();
  Chatter eva(*room), ana(*room);
  const std::string most(4096, 'x');
  ana.types("/nick ana\n");
  eva.hears();
  CHECK(ana.types(most + "\n").empty());
  CHECK(eva.hears() == "ana: " + most + "\n");
  CHECK(ana.types(most + "x\n") == too_long);
  CHECK(ana.types(std::string(1'000'000, 'x') + "\n") == too_long);
  CHECK(ana.types(std::string(1024, '\x1b') + "\n").empty());
  CHECK(eva.hears().size() == 4096 + 6);
  CHECK(ana.types(std::string(1025, '\x1b') + "\n") == too_long);
  CHECK(ana.types("/msg guest1 " + std::string(1025, '\x1b') + "\n") == too_long);
  CHECK(ana.types("/msg " + std::string(1025, '\x1b') + " hola\n") == too_long);
  CHECK(ana.types("/" + std::string(1025, '\x1b') + "\n") == too_long);
  CHECK(eva.hears().empty());
  CHECK_FALSE(ana.closed);
  CHECK(ana.types("hola\n").empty());
  CHECK(eva.hears() == "ana: hola\n");
}

TEST_CASE("a chat can have another limit, another history and another queue") {
  const auto room = chat({.max_message = 5, .history = 1, .max_queue = 40});
  Chatter eva(*room), ana(*room);
  eva.hears();
  eva.session().feed()->note_full(false);
  CHECK(ana.types("123456\n") == "* that message is too long (limit 5 bytes) and was not sent\n");
  ana.types("one\ntwo\n");
  CHECK(Chatter(*room).greeting.starts_with("* 1 earlier message:\nguest2: two\n* welcome"));
  CHECK(eva.session().feed()->is_behind());
}

TEST_CASE(
    "one who floods the chat with questions and does not read is answered in bounded pieces") {
  const auto room = chat();
  Chatter ana(*room);
  std::vector<std::unique_ptr<Chatter>> others;
  for (int i = 0; i < 100; ++i) others.push_back(std::make_unique<Chatter>(*room));
  std::string flood;
  while (flood.size() < 1'000'000) flood += "/who\n";
  std::string out;
  const auto step = ana.session().on_bytes(flood, out);
  CHECK(step.consumed < flood.size());
  CHECK(out.size() < sock::enough_output + 2000);
}

TEST_CASE("a limit on messages ends a member's stay as its own leaving does") {
  const auto room = chat({.max_messages = 1});
  Chatter eva(*room), ana(*room);
  eva.hears();
  ana.types("hola\nmore\n");
  CHECK(ana.closed);
  ana.ends(End::by_server);
  CHECK(eva.hears() == "guest2: hola\n* guest2 left\n");
}

TEST_CASE("the observer of a chat is told what was received and what was answered") {
  auto recorder = std::make_unique<Recorder>();
  const auto& events = *recorder;
  const auto room = chat();
  Chatter ana(*room, std::move(recorder));
  ana.types("hola\n/who\n");
  CHECK(events.events() == std::vector<std::string>{"1 received hola", "1 received /who",
                                                    "1 answered * 1 here: guest1 (you)"});
}

TEST_CASE("only the sessions of a chat have a feed") {
  sock::Observer nobody;
  const sock::Client client{1, {"127.0.0.1", 5000}};
  for (const auto& row : sock::services()) {
    const auto service = row.make({});
    CHECK((service->open(client, nobody)->feed() != nullptr) == (row.name == "chat"));
  }
}
