#include "core/message_session.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sock/service.hpp"
#include "support/catch.hpp"
#include "support/cuts.hpp"
#include "support/talk.hpp"

namespace {

using sock::End;
using sock::Framing;
using sock::Message;
using sock::MessageOptions;
using sock::MessageSession;
using sock::Reply;

// Answers every message with itself, and notes how it ended.
class Parrot final : public sock::Protocol {
 public:
  explicit Parrot(std::vector<End>* ends = nullptr) : ends_(ends) {}
  void on_message(const Message& message, Reply& reply) override { reply.answer(message.text); }
  void on_end(End why, Reply& reply) override {
    if (ends_ != nullptr) ends_->push_back(why);
    reply.say("bye");
  }

 private:
  std::vector<End>* ends_;
};

// Fails with every message, and notes how it ended.
class Broken final : public sock::Protocol {
 public:
  explicit Broken(std::vector<End>& ends) : ends_(ends) {}
  void on_message(const Message&, Reply&) override { throw std::runtime_error("broken"); }
  void on_end(End why, Reply&) override { ends_.push_back(why); }

 private:
  std::vector<End>& ends_;
};

// Never closes for a long message.
class Patient final : public sock::Protocol {
 public:
  void on_message(const Message& message, Reply& reply) override { reply.answer(message.text); }
  void on_too_long(std::size_t limit, Reply& reply) override {
    reply.say("over " + std::to_string(limit));
  }
};

// Waits for a terminator, but for what does not begin with '/'.
class Waiting final : public sock::Protocol {
 public:
  void on_message(const Message& message, Reply& reply) override { reply.answer(message.text); }
  std::chrono::milliseconds patience() const override { return std::chrono::seconds(1); }
  bool may_stand_alone(std::string_view unfinished) const override {
    return !unfinished.empty() && !unfinished.starts_with('/');
  }
};

struct Notes final : sock::Observer {
  void received(const sock::Client&, const Message& message) noexcept override {
    lines.push_back("received " + std::string(message.text));
  }
  void answered(const sock::Client&, std::string_view text) noexcept override {
    lines.push_back("answered " + std::string(text));
  }
  std::vector<std::string> lines;
};

const sock::Client client{1, {"127.0.0.1", 5000}};

template <typename P>
Talk talk_with(const MessageOptions& options, const Reads& reads) {
  Notes notes;
  MessageSession session(std::make_unique<P>(), options, client, notes);
  return talk(session, reads);
}

}  // namespace

TEST_CASE("a reply carries the terminator of the message that it answers") {
  CHECK(talk_with<Parrot>({}, {"hola"}).out == "holabye\n");
  CHECK(talk_with<Parrot>({}, {"hola\n"}).out == "hola\nbye\n");
  CHECK(talk_with<Parrot>({}, {"hola\r\n"}).out == "hola\r\nbye\n");
  CHECK(talk_with<Parrot>({.framing = Framing::chunk}, {"hola"}).out == "holabye");
}

TEST_CASE("replies to lines are the same however the lines are cut") {
  for (const auto& cut : every_cut("uno\ndos\r\n\ntres")) {
    CHECK(talk_with<Parrot>({.framing = Framing::line}, cut).out == "uno\ndos\r\n\ntresbye\n");
  }
}

TEST_CASE("the banner comes first and ends like a line except under chunk") {
  CHECK(talk_with<Parrot>({.banner = "welcome"}, {"a\n"}).out == "welcome\na\nbye\n");
  CHECK(talk_with<Parrot>({.framing = Framing::chunk, .banner = "welcome"}, {"a"}).out ==
        "welcomeabye");
}

TEST_CASE("after the last message allowed the connection is closed and nothing more is answered") {
  for (const auto& cut : every_cut("uno\ndos\ntres\ncuatro\n")) {
    const auto result = talk_with<Parrot>({.framing = Framing::line, .max_messages = 2}, cut);
    CHECK(result.out == "uno\ndos\nbye\n");
    CHECK(result.closed);
  }
}

TEST_CASE("a message that is too long is answered with a notice and a close") {
  const auto result = talk_with<Parrot>({.max_message = 4}, {"1234\n12345\nmore\n"});
  CHECK(result.out == "1234\n* message too long (limit 4 bytes)\nbye\n");
  CHECK(result.closed);
}

TEST_CASE("a protocol may stay after a message that is too long") {
  for (const auto& cut : every_cut("1234\n123456\nok\n")) {
    const auto result = talk_with<Patient>({.framing = Framing::line, .max_message = 4}, cut);
    CHECK(result.out == "1234\nover 4\nok\n");
    CHECK_FALSE(result.closed);
  }
}

TEST_CASE("the last message of a stream is answered before the protocol hears of the end") {
  std::vector<End> ends;
  Notes notes;
  const MessageOptions options{.framing = Framing::line};
  MessageSession session(std::make_unique<Parrot>(&ends), options, client, notes);
  CHECK(talk(session, {"uno\ndos"}).out == "uno\ndosbye\n");
  CHECK(ends == std::vector{End::peer_closed});
}

TEST_CASE("bytes waiting for their end of line are dropped when the connection is lost") {
  Notes notes;
  const MessageOptions options{.framing = Framing::line};
  MessageSession session(std::make_unique<Parrot>(), options, client, notes);
  std::string out;
  session.on_bytes("half a li", out);
  session.on_end(End::lost, out);
  CHECK(out == "bye\n");
  CHECK(notes.lines.empty());
}

TEST_CASE("the observer hears what was received and what was answered to it") {
  Notes notes;
  const MessageOptions options;
  MessageSession session(std::make_unique<Parrot>(), options, client, notes);
  talk(session, {"uno\r\n", "dos\n"});
  CHECK(notes.lines ==
        std::vector<std::string>{"received uno", "answered uno", "received dos", "answered dos"});
}

TEST_CASE("a session leaves input for later once it has much to say") {
  Notes notes;
  const MessageOptions options;
  MessageSession session(std::make_unique<Parrot>(), options, client, notes);
  std::string in;
  for (int i = 0; i < 3; ++i) in += std::string(40'000, 'x') + "\n";
  std::string out;
  const auto step = session.on_bytes(in, out);
  CHECK(step.consumed == 2 * 40'001);
  CHECK(out == in.substr(0, step.consumed));
  CHECK(session.on_bytes(std::string_view(in).substr(step.consumed), out).consumed == 0);
  out.clear();
  CHECK(session.on_bytes(std::string_view(in).substr(step.consumed), out).consumed == 40'001);
}

TEST_CASE("a protocol that fails with the rest at the end of the stream is told of the end") {
  std::vector<End> ends;
  sock::Observer nobody;
  const MessageOptions options{.framing = Framing::line};
  MessageSession session(std::make_unique<Broken>(ends), options, client, nobody);
  std::string out;
  session.on_bytes("half a line", out);
  CHECK_THROWS_AS(session.on_end(End::peer_closed, out), std::runtime_error);
  CHECK(ends == std::vector{End::lost});
}

TEST_CASE("a protocol that has patience gets whole lines, however the first one is cut") {
  for (const auto& cut : every_cut("/msg ana pass word\nhola\n")) {
    CHECK(talk_with<Waiting>({}, cut).out == "/msg ana pass word\nhola\n");
  }
  CHECK(talk_with<Waiting>({}, {"ho", "la"}).out == "hola");
}

TEST_CASE("a silence is asked for only for text that may stand alone, and ends it") {
  using namespace std::chrono_literals;
  Notes notes;
  const MessageOptions options;
  MessageSession session(std::make_unique<Waiting>(), options, client, notes);
  std::string out;
  CHECK(session.on_bytes("/msg ana my pass", out).silence == 0ms);
  session.on_bytes("\n", out);
  CHECK(session.on_bytes("hola", out).silence == 0ms);  // it has sent a terminator

  MessageSession bare(std::make_unique<Waiting>(), options, client, notes);
  out.clear();
  CHECK(bare.on_bytes("ho", out).silence == 1000ms);
  CHECK(bare.on_bytes("la", out).silence == 1000ms);
  CHECK(out.empty());
  bare.on_silence(out);
  CHECK(out == "hola");
  bare.on_silence(out);
  CHECK(out == "hola");
  CHECK(bare.on_bytes("uno\ndos", out).silence == 0ms);
  CHECK(out == "holauno\n");

  const MessageOptions lines{.framing = Framing::line};
  MessageSession strict(std::make_unique<Waiting>(), lines, client, notes);
  CHECK(strict.on_bytes("hola", out).silence == 0ms);
}
