// udp_echo_server [PORT], by default 9999
// Teaches that a datagram is a message: one send is one receive, also an empty one. There is no
// accept and no end of a client: one socket serves all, and each answer is sent to the address of
// its question (recvfrom and sendto). Ctrl-C ends it.

#include <exception>
#include <iostream>

#include "arguments.hpp"
#include "sock/datagram.hpp"
#include "sock/escape.hpp"

void answer(sock::Datagram& socket, const sock::Datagram::Received& question) try {
  const auto& [text, from] = question;
  std::cout << sock::to_string(from) << " sent: " << sock::escaped(text) << std::endl;
  socket.send_to(text, from);
} catch (const std::exception& lost) {  // only this answer is lost
  std::cerr << "udp_echo_server: " << lost.what() << '\n';
}

int main(int argc, char** argv) try {
  sock::Datagram socket = sock::Datagram::bind(port_argument(argc, argv, 1, 9999));
  for (;;) answer(socket, socket.receive_from());
} catch (const std::exception& error) {
  std::cerr << "udp_echo_server: " << error.what() << '\n';
  return 1;
}
