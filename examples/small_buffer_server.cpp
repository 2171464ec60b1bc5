// small_buffer_server [PORT], by default 5005
// Teaches that a receive is not a message: with room for 20 bytes, a longer text comes in pieces.
// Each piece is sent back as it comes, so the client gets its whole text. Serves one client. IPv4
// only, as in the document.

#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

constexpr std::size_t buffer_size = 20;

int main(int argc, char** argv) try {
  sock::Listener listener(port_argument(argc, argv, 1, 5005), "127.0.0.1");
  sock::Stream client = listener.accept();
  const sock::Endpoint peer = client.remote();
  std::cout << "Connection address: ('" << peer.address << "', " << peer.port << ")" << std::endl;
  for (;;) {
    const std::string piece = client.receive(buffer_size);
    if (piece.empty()) break;
    std::cout << "received data: " << sock::escaped(piece) << std::endl;
    client.write(piece);
  }
} catch (const std::exception& error) {
  std::cerr << "small_buffer_server: " << error.what() << '\n';
  return 1;
}
