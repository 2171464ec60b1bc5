#include "program/hex_dump.hpp"

#include <algorithm>
#include <string>

#include "support/catch.hpp"

namespace {

using program::HexDump;

std::string shown(HexDump& dump, std::string_view bytes) {
  std::string all;
  while (!bytes.empty()) all += dump.next(bytes);
  return all;
}

std::string shown(std::string_view bytes) {
  HexDump dump("");
  return shown(dump, bytes);
}

std::string every_byte() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

// The bytes that a dump shows; checks the offset of each row.
std::string undumped(const std::string& dump) {
  std::string bytes;
  for (std::size_t at = 0; at < dump.size(); at = dump.find('\n', at) + 1) {
    const std::string row = dump.substr(at, dump.find('\n', at) - at);
    CHECK(std::stoul(row.substr(2, 8), nullptr, 16) == bytes.size());
    const std::string hex = row.substr(10, 50);
    for (std::size_t i = 0; i < 16; ++i) {
      const std::string one = hex.substr(2 + 3 * i + i / 8, 2);
      if (one != "  ") bytes += static_cast<char>(std::stoul(one, nullptr, 16));
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("rows are those of hexdump -C") {
  CHECK(shown("") == "");
  CHECK(shown("Hola que tal\nx") ==
        "00000000  48 6f 6c 61 20 71 75 65  20 74 61 6c 0a 78        |Hola que tal.x|\n");
  CHECK(shown("0123456789abcdef\x1b\xff\x7f~") ==
        "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n"
        "00000010  1b ff 7f 7e                                       |...~|\n");
}

TEST_CASE("an empty datagram is an empty row") {
  HexDump dump("> ");
  std::string_view nothing;
  CHECK(dump.next(nothing) == "> 00000000" + std::string(52, ' ') + "||\n");
}

TEST_CASE("the mark is in front of each row, and the offset goes on") {
  HexDump dump("#7 < ");
  CHECK(shown(dump, "hola\n") ==
        "#7 < 00000000  68 6f 6c 61 0a                                    |hola.|\n");
  CHECK(shown(dump, "x") ==
        "#7 < 00000005  78                                                |x|\n");
}

TEST_CASE("however the bytes are cut, all are shown once, at their offsets") {
  const std::string bytes = every_byte();
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    HexDump dump("> ");
    const std::string first = shown(dump, std::string_view(bytes).substr(0, cut));
    CHECK(undumped(first + shown(dump, std::string_view(bytes).substr(cut))) == bytes);
  }
  HexDump dump("> ");
  std::string one_by_one;
  for (const char byte : bytes) one_by_one += shown(dump, {&byte, 1});
  CHECK(undumped(one_by_one) == bytes);
}

TEST_CASE("many bytes come in pieces of whole rows that fit into one write") {
  const std::string mark = "#18446744073709551615 < ";
  const std::string many(100'000, '\0');
  HexDump dump(mark);
  std::string_view left = many;
  std::size_t rows = 0;
  while (!left.empty()) {
    const auto piece = dump.next(left);
    CHECK(piece.size() <= 4096);
    CHECK(piece.ends_with("|\n"));
    rows += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
  }
  CHECK(rows == many.size() / 16);
}
