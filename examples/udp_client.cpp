// udp_client [HOST] [PORT], by default localhost 9999
// Teaches that an answer may never come: each typed line is sent as one datagram, and the client
// waits one second for the answer. A missing server is noticed only after the first line was sent.
// End of input (Ctrl-D) ends the client; the server is not told.

#include <chrono>
#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/datagram.hpp"
#include "sock/escape.hpp"

int main(int argc, char** argv) try {
  const std::string host = argc > 1 ? argv[1] : "localhost";
  sock::Datagram server = sock::Datagram::connect(host, port_argument(argc, argv, 2, 9999));
  for (std::string line;;) {
    std::cout << "> " << std::flush;
    if (!std::getline(std::cin, line)) break;
    server.send(line);
    const auto answer = server.receive_before(sock::Clock::now() + std::chrono::seconds(1));
    if (answer) {
      std::cout << "received: " << sock::escaped(answer->text) << std::endl;
    } else {
      std::cout << "no answer" << std::endl;
    }
  }
  std::cout << std::endl;
} catch (const std::exception& error) {
  std::cerr << "udp_client: " << error.what() << '\n';
  return 1;
}
