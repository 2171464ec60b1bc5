#include "sockclient/eol.hpp"

#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/cuts.hpp"

using namespace std::string_literals;
using namespace sockclient;

namespace {

std::string converted(Eol eol, const Reads& reads) {
  EolFilter filter(eol);
  std::string out;
  for (const auto read : reads) filter.convert(read, out);
  filter.finish(out);
  return out;
}

void check_every_cut(Eol eol, const std::string& in, const std::string& out) {
  for (const auto& reads : every_cut(in)) CHECK(converted(eol, reads) == out);
}

}  // namespace

TEST_CASE("a typed line ends as it is asked to") {
  CHECK(line_end(Eol::lf) == "\n");
  CHECK(line_end(Eol::crlf) == "\r\n");
  CHECK(line_end(Eol::none).empty());
}

TEST_CASE("a line end is taken off once, and is LF or CR LF") {
  CHECK(without_line_end("a\r\n") == "a");
  CHECK(without_line_end("a\n\n") == "a\n");
  CHECK(without_line_end("a\r") == "a\r");
  CHECK(without_line_end("").empty());
}

TEST_CASE("LF and CR LF become CR LF, wherever they are cut, and never CR CR LF") {
  check_every_cut(Eol::crlf, "a\nb\r\n\n\r\nc", "a\r\nb\r\n\r\n\r\nc");
}

TEST_CASE("CR LF and LF become LF, wherever they are cut") {
  check_every_cut(Eol::lf, "a\nb\r\n\n\r\nc", "a\nb\n\n\nc");
}

TEST_CASE("a CR that ends no line is kept") {
  for (const Eol eol : {Eol::lf, Eol::crlf}) {
    const std::string end(line_end(eol));
    check_every_cut(eol, "\ra\rb\r\r\nc\n\rd\r", "\ra\rb\r" + end + "c" + end + "\rd\r");
  }
}

TEST_CASE("without line ends to convert, nothing is changed") {
  const std::string text = "\0\xff\xc3\xb1\x1b"s;
  for (const Eol eol : {Eol::lf, Eol::crlf, Eol::none}) check_every_cut(eol, text, text);
  check_every_cut(Eol::none, "a\r\nb\nc\r", "a\r\nb\nc\r");
}

TEST_CASE("no input is no output") {
  for (const Eol eol : {Eol::lf, Eol::crlf, Eol::none}) CHECK(converted(eol, {}).empty());
}
