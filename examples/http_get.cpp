// http_get [HOST] [PORT], by default httpbin.org 80
// Teaches that a protocol is an agreement on text: two lines of HTTP by hand. The answer comes in
// any number of pieces, and ends when the server closes; MessageReader makes lines of the pieces.

#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/message_reader.hpp"
#include "sock/stream.hpp"

using Result = sock::MessageReader::Result;

int main(int argc, char** argv) try {
  const std::string host = argc > 1 ? argv[1] : "httpbin.org";
  sock::Stream server = sock::Stream::connect(host, port_argument(argc, argv, 2, 80));
  server.write("GET /ip HTTP/1.0\r\n\r\n");

  sock::MessageReader lines(sock::Framing::line, 64 * 1024);
  const auto print = [&](Result result) {
    const bool fits = result == Result::message;
    std::cout << (fits ? sock::escaped(lines.message().text) : "* line too long") << std::endl;
  };
  for (;;) {
    const std::string piece = server.receive();
    std::string_view rest = piece;
    for (Result r = lines.next(rest); r != Result::need_more; r = lines.next(rest)) print(r);
    if (piece.empty()) break;
  }
  if (const Result last = lines.finish(); last != Result::need_more) print(last);
} catch (const std::exception& error) {
  std::cerr << "http_get: " << error.what() << '\n';
  return 1;
}
