// copy_server [PORT], by default 1339
// Teaches to treat a connection as a stream: there are no messages, all bytes are sent back
// unchanged until the client ends its sending. Clients are served in turn, for ever (Ctrl-C ends
// it).

#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

void copy_back(sock::Stream client) try {
  for (;;) {
    const std::string bytes = client.receive();
    if (bytes.empty() || !client.write(bytes)) break;
  }
} catch (const std::exception& lost) {
  std::cerr << "copy_server: " << lost.what() << '\n';
}

int main(int argc, char** argv) try {
  sock::Listener listener(port_argument(argc, argv, 1, 1339));
  for (;;) copy_back(listener.accept());
} catch (const std::exception& error) {
  std::cerr << "copy_server: " << error.what() << '\n';
  return 1;
}
