// unix_client [PATH], by default /tmp/echo
// Teaches that only the address differs from a TCP client: connect, write, receive and close are
// the same. Each typed line is sent without its line end, and one receive is taken as the reply.
// End of input (Ctrl-D) ends the client, and the server sees it.

#include <exception>
#include <iostream>
#include <string>

#include "sock/escape.hpp"
#include "sock/stream.hpp"

int main(int argc, char** argv) try {
  const std::string path = argc > 1 ? argv[1] : "/tmp/echo";
  sock::Stream server = sock::Stream::connect("unix:" + path);
  for (std::string line;;) {
    std::cout << "> " << std::flush;
    if (!std::getline(std::cin, line)) break;
    if (line.empty()) continue;  // an empty text sends nothing, so no reply would come
    server.write(line);
    const std::string reply = server.receive();
    if (reply.empty()) break;  // the server has closed
    std::cout << "received: " << sock::escaped(reply) << std::endl;
  }
  std::cout << "closed" << std::endl;
} catch (const std::exception& error) {
  std::cerr << "unix_client: " << error.what() << '\n';
  return 1;
}
