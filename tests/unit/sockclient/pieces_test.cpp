#include "sockclient/pieces.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "sock/datagram.hpp"
#include "support/catch.hpp"
#include "support/cuts.hpp"

using namespace std::string_literals;
using namespace sockclient;

namespace {

using Texts = std::vector<std::string>;

Options options_of(bool udp, std::optional<Eol> eol) {
  Options options;
  options.udp = udp;
  options.eol = eol;
  return options;
}

Texts pieces_of(bool udp, std::optional<Eol> eol, const Reads& reads) {
  Pieces pieces(options_of(udp, eol));
  Texts all;
  const auto add = [&](std::string_view read) {
    pieces.add(read);
    while (const auto piece = pieces.next()) all.emplace_back(*piece);
  };
  for (const auto read : reads) add(read);
  add("");
  return all;
}

void check_datagrams(std::optional<Eol> eol, const std::string& in, const Texts& out) {
  for (const auto& reads : every_cut(in)) {
    Reads without_ends;  // an empty read would be one
    for (const auto read : reads) {
      if (!read.empty()) without_ends.push_back(read);
    }
    CHECK(pieces_of(true, eol, without_ends) == out);
  }
}

}  // namespace

TEST_CASE("to a stream, what was read goes as it was read") {
  CHECK(pieces_of(false, {}, {"a\nb", "c", "\r\n"}) == Texts{"a\nb", "c", "\r\n"});
  CHECK(pieces_of(false, Eol::none, {"a\nb", "c"}) == Texts{"a\nb", "c"});
  CHECK(pieces_of(false, Eol::crlf, {"a\nb", "c\r", "\nd\r"}) ==
        Texts{"a\r\nb", "c", "\r\nd", "\r"});
}

TEST_CASE("a datagram is a line, wherever the reads cut it") {
  check_datagrams({}, "a\n\nb\r\n\0c"s, {"a\n", "\n", "b\r\n", "\0c"s});
  check_datagrams(Eol::lf, "a\n\nb\r\nc\r", {"a\n", "\n", "b\n", "c\r"});
  check_datagrams(Eol::crlf, "a\n\nb\r\nc\r\n", {"a\r\n", "\r\n", "b\r\n", "c\r\n"});
}

TEST_CASE("without a line end, an empty line is an empty datagram") {
  check_datagrams(Eol::none, "a\n\n\r\nb\r\n\r", {"a", "", "", "b", "\r"});
}

TEST_CASE("no input is no datagram") {
  check_datagrams({}, "", {});
  check_datagrams(Eol::none, "", {});
}

TEST_CASE("the end of a line that is too long for a datagram is not waited for") {
  Pieces pieces(options_of(true, {}));
  const std::string half(sock::Datagram::largest, 'x');
  pieces.add("a\n" + half);
  CHECK(pieces.next() == "a\n");
  CHECK_FALSE(pieces.next().has_value());
  pieces.add("x");
  CHECK(pieces.next().value_or("").size() == half.size() + 1);
}
