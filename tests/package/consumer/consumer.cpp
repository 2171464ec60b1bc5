// A protocol of its own, a server and a client of it: what a program outside this project needs
// from the installed headers and from the library's symbols.

#include <sock/server.hpp>
#include <sock/stream.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <thread>

class Backwards final : public sock::Protocol {
 public:
  void on_message(const sock::Message& message, sock::Reply& reply) override {
    std::string text(message.text);
    std::reverse(text.begin(), text.end());
    reply.answer(text);
    reply.close();
  }
};

std::string ask(std::uint16_t port, const std::string& text) {
  auto stream = sock::Stream::connect("127.0.0.1", port);
  stream.write(text);
  std::string all;
  for (std::string some; !(some = stream.receive()).empty();) all += some;
  return all;
}

int main() try {
  sock::Server server({.hosts = {"127.0.0.1"}, .once = true}, sock::service_of<Backwards>());
  std::jthread serving([&server] { server.run(); });
  std::cout << ask(server.port(), "socket\n");
} catch (const std::system_error& error) {
  std::cerr << "consumer: " << error.what() << '\n';
  return 1;
}
