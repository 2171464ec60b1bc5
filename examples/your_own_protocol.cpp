// your_own_protocol [PORT], by default 9999
// Teaches that a new protocol is a class of a few lines: it turns messages into answers, without
// sockets and threads. The server adds framing, threads and limits, so it also works with nc
// (lines, "\n"), telnet ("\r\n") and a bare send (no line end). Ctrl-C ends it.

#include <cctype>
#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/server.hpp"

class Shout final : public sock::Protocol {
 public:
  void on_open(sock::Reply& reply) override { reply.say("WHAT?"); }

  void on_message(const sock::Message& message, sock::Reply& reply) override {
    std::string text(message.text);
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    reply.answer(text);
    if (text == "BYE") reply.close();
  }
};

int main(int argc, char** argv) try {
  sock::ServerOptions options;
  options.port = port_argument(argc, argv, 1, 9999);
  sock::Server server(options, sock::service_of<Shout>());
  std::cout << "listening on port " << server.port() << std::endl;
  server.run();
} catch (const std::exception& error) {
  std::cerr << "your_own_protocol: " << error.what() << '\n';
  return 1;
}
