// one_message_server [PORT], by default 12345
// Teaches the cost of closing at once: it receives once, at most 1024 bytes, sends them back and
// closes. If the client sent more, the rest is unread, and turns the close into a reset. Clients
// are served in turn, for ever (Ctrl-C ends it).

#include <exception>
#include <iostream>

#include "arguments.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

void serve(sock::Stream client) try {
  client.write(client.receive(1024));
} catch (const std::exception& lost) {
  std::cerr << "one_message_server: " << lost.what() << '\n';
}

int main(int argc, char** argv) try {
  sock::Listener listener(port_argument(argc, argv, 1, 12345));
  for (;;) serve(listener.accept());
} catch (const std::exception& error) {
  std::cerr << "one_message_server: " << error.what() << '\n';
  return 1;
}
