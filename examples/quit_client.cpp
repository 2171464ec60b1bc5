// quit_client [HOST] [PORT], by default localhost 9999
// Teaches a client's steps: connect, write, receive, close. Each typed line is sent without its
// line end, and one receive is taken as the reply, so the two sides take turns.

#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/stream.hpp"

int main(int argc, char** argv) try {
  const std::string host = argc > 1 ? argv[1] : "localhost";
  sock::Stream server = sock::Stream::connect(host, port_argument(argc, argv, 2, 9999));
  for (std::string line; line != "quit";) {
    std::cout << "> " << std::flush;
    if (!std::getline(std::cin, line)) break;
    if (line.empty()) continue;  // an empty text sends nothing, so no reply would come
    server.write(line);
    if (line == "quit") continue;
    const std::string reply = server.receive();
    if (reply.empty()) break;
    std::cout << "Recibido: " << sock::escaped(reply) << std::endl;
  }
  std::cout << "adios" << std::endl;
} catch (const std::exception& error) {
  std::cerr << "quit_client: " << error.what() << '\n';
  return 1;
}
