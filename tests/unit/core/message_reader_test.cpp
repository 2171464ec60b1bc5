#include "sock/message_reader.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "support/cuts.hpp"
#include "support/scarce_memory.hpp"

namespace {

using sock::Framing;
using sock::MessageReader;
using namespace std::string_literals;

// What a reader made of some reads: "text|terminator" for a message, "!" for one too long.
std::vector<std::string> read(MessageReader& reader, const Reads& reads, bool end = true) {
  std::vector<std::string> found;
  const auto note = [&](MessageReader::Result result) {
    if (result == MessageReader::Result::message) {
      found.push_back(std::string(reader.message().text) + "|" +
                      std::string(reader.message().terminator));
    } else if (result == MessageReader::Result::too_long) {
      found.push_back("!");
    }
    return result != MessageReader::Result::need_more;
  };
  for (std::string_view in : reads) {
    while (note(reader.next(in))) {
    }
  }
  if (end) note(reader.finish());
  return found;
}

std::vector<std::string> read(Framing framing, const Reads& reads, std::size_t limit = 65536) {
  MessageReader reader(framing, limit);
  return read(reader, reads);
}

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("lines are the same messages however they are cut") {
  const std::string stream = "hola\r\n\nuno\rdos\n\r\n\0\xff\x80tres\r\r\nquit"s;
  const Found expected{"hola|\r\n", "|\n", "uno\rdos|\n", "|\r\n", "\0\xff\x80tres\r|\r\n"s,
                       "quit|"};
  for (const auto& cut : every_cut(stream)) CHECK(read(Framing::line, cut) == expected);
}

TEST_CASE("a peer that has sent a terminator is a line peer however the rest is cut") {
  for (const auto& cut : every_cut("uno\ndos\r\ntres")) {
    Reads reads{"\n"};
    reads.insert(reads.end(), cut.begin(), cut.end());
    CHECK(read(Framing::automatic, reads) == Found{"|\n", "uno|\n", "dos|\r\n", "tres|"});
  }
}

TEST_CASE("bare text is a message under auto until the first terminator") {
  CHECK(read(Framing::automatic, {"hola", "adios"}) == Found{"hola|", "adios|"});
  CHECK(read(Framing::automatic, {"hola", "uno\ndo", "s\n"}) == Found{"hola|", "uno|\n", "dos|\n"});
}

TEST_CASE("a CR at the end of a read belongs to the text under auto before the first terminator") {
  CHECK(read(Framing::automatic, {"hola\r", "\nuno\r", "\n"}) ==
        Found{"hola\r|", "|\n", "uno|\r\n"});
}

TEST_CASE("a chunk is what one read delivers") {
  CHECK(read(Framing::chunk, {"hola", "uno\ndos\n", "\r\n", "a\r"}) ==
        Found{"hola|", "uno\ndos|\n", "|\r\n", "a\r|"});
}

TEST_CASE("an end of stream without waiting bytes is no message") {
  CHECK(read(Framing::line, {"hola\n"}) == Found{"hola|\n"});
  CHECK(read(Framing::line, {}).empty());
}

TEST_CASE("the limit counts the text and not its terminator") {
  for (const auto& cut : every_cut("1234\n1234\r\n12345\n1234\n")) {
    CHECK(read(Framing::line, cut, 4) == Found{"1234|\n", "1234|\r\n", "!", "1234|\n"});
  }
}

TEST_CASE("a line that is too long is reported once and skipped up to its end") {
  const std::string stream = "uno\n" + std::string(100, 'x') + "\r\ndos\r\n";
  for (const auto& cut : every_cut(stream)) {
    CHECK(read(Framing::line, cut, 8) == Found{"uno|\n", "!", "dos|\r\n"});
  }
}

TEST_CASE("a CR within a line at the limit does not make room for more") {
  for (const auto& cut : every_cut("1234\rx\n1234\r\r\nok\n")) {
    CHECK(read(Framing::line, cut, 4) == Found{"!", "!", "ok|\n"});
  }
}

TEST_CASE("a last line that is too long because of its CR is reported") {
  CHECK(read(Framing::line, {"1234\r"}, 4) == Found{"!"});
  CHECK(read(Framing::line, {"123\r"}, 4) == Found{"123\r|"});
}

TEST_CASE("bare text and chunks that are too long are reported and nothing after them is lost") {
  CHECK(read(Framing::chunk, {"12345", "12345\n", "1234\r\n"}, 4) == Found{"!", "!", "1234|\r\n"});
  CHECK(read(Framing::automatic, {"12345", "1234", "x\n"}, 4) == Found{"!", "1234|", "x|\n"});
}

TEST_CASE("the skipped rest of a long line at the end of the stream is no message") {
  CHECK(read(Framing::line, {"12345", "678"}, 4) == Found{"!"});
}

TEST_CASE("the largest limit there is does not overflow") {
  constexpr auto largest = std::numeric_limits<std::size_t>::max();
  CHECK(read(Framing::line, {"ho", "la\r", "\n"}, largest) == Found{"hola|\r\n"});
}

TEST_CASE("a message that came in one read is a view into that read") {
  const std::string bytes = "hola\nadios\n";
  std::string_view in = bytes;
  MessageReader reader(Framing::line, 100);
  REQUIRE(reader.next(in) == MessageReader::Result::message);
  CHECK(reader.message().text.data() == bytes.data());
  REQUIRE(reader.next(in) == MessageReader::Result::message);
  CHECK(reader.message().text.data() == bytes.data() + 5);
}

TEST_CASE("a stream without an end of line is reported once however long it is") {
  MessageReader reader(Framing::line, 1024);
  const std::string block(1000, 'x');
  std::size_t reported = 0;
  for (int i = 0; i < 10'000; ++i) reported += read(reader, {block}, false).size();
  CHECK(reported == 1);
}

TEST_CASE("a reader keeps no memory of a line, whether it was whole or too long") {
  for (const bool is_too_long : {false, true}) {
    MessageReader reader(Framing::line, is_too_long ? 5000 : 100'000);
    const memory::Watch watch;
    const auto before = memory::live_bytes();
    const auto next = [&reader](std::string_view in) {
      while (reader.next(in) != MessageReader::Result::need_more) continue;
    };
    next(std::string(4000, 'x'));
    next(std::string(50'000, 'x'));
    next("\n");
    next("uno\n");
    CHECK(memory::live_bytes() <= before + 1100);
  }
}

TEST_CASE("a patient reader makes no message of what has no terminator, however it is cut") {
  for (const auto framing : {Framing::automatic, Framing::line}) {
    for (const auto& cut : every_cut("hola\nuno dos\r\n\ntres")) {
      MessageReader reader(framing, 100, true);
      CHECK(read(reader, cut) == Found{"hola|\n", "uno dos|\r\n", "|\n", "tres|"});
    }
  }
}

TEST_CASE("a patient reader is heard without a terminator when it is told to settle") {
  MessageReader reader(Framing::automatic, 100, true);
  CHECK(read(reader, {"ho", "la"}, false).empty());
  CHECK(reader.unfinished() == "hola");
  REQUIRE(reader.settle() == MessageReader::Result::message);
  CHECK(reader.message().text == "hola");
  CHECK(reader.message().terminator.empty());
  CHECK(reader.unfinished().empty());
  CHECK(reader.settle() == MessageReader::Result::need_more);
  CHECK(read(reader, {"otra"}, false).empty());
  CHECK(reader.settle() == MessageReader::Result::message);
  CHECK(read(reader, {"uno\n"}, false) == Found{"uno|\n"});
}

TEST_CASE("nothing settles of a peer that has sent a terminator, nor under line or chunk") {
  MessageReader line_peer(Framing::automatic, 100, true);
  CHECK(read(line_peer, {"uno\ndos"}, false) == Found{"uno|\n"});
  CHECK(line_peer.unfinished().empty());
  CHECK(line_peer.settle() == MessageReader::Result::need_more);
  CHECK(read(line_peer, {"\n"}) == Found{"dos|\n"});

  MessageReader line(Framing::line, 100, true);
  read(line, {"uno"}, false);
  CHECK(line.settle() == MessageReader::Result::need_more);
  CHECK(read(line, {"\n"}) == Found{"uno|\n"});

  MessageReader chunk(Framing::chunk, 100, true);
  CHECK(read(chunk, {"uno"}, false) == Found{"uno|"});
  CHECK(chunk.settle() == MessageReader::Result::need_more);

  MessageReader hasty(Framing::automatic, 100);
  CHECK(read(hasty, {"uno"}, false) == Found{"uno|"});
  CHECK(hasty.settle() == MessageReader::Result::need_more);
}

TEST_CASE(
    "a patient reader reports a first line that is too long once, and nothing of it settles") {
  const std::string stream = std::string(100, 'x') + "/nick tail\nok\n";
  for (const auto& cut : every_cut(stream)) {
    MessageReader reader(Framing::automatic, 8, true);
    CHECK(read(reader, cut) == Found{"!", "ok|\n"});
  }
  MessageReader reader(Framing::automatic, 8, true);
  CHECK(read(reader, {std::string(100, 'x'), "tail"}, false) == Found{"!"});
  CHECK(reader.unfinished().empty());
  CHECK(reader.settle() == MessageReader::Result::need_more);
}

TEST_CASE("the end of the stream makes a message of what a patient reader holds") {
  MessageReader reader(Framing::automatic, 100, true);
  CHECK(read(reader, {"hola"}) == Found{"hola|"});
}
