// chat_client [HOST] [PORT], by default localhost 12000
// Teaches to receive and to type at the same time: one thread waits for the server, the other for
// the keyboard. End of input (Ctrl-D) ends our sending; the thread is joined when the server has
// closed. If the server closes first, the next typed line ends the program.

#include <atomic>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/stream.hpp"

void print_what_comes(sock::Stream& server, std::atomic<bool>& open) try {
  for (std::string text; !(text = server.receive()).empty();) {
    std::cout << " Servidor: " + sock::escaped(text) + "\n" << std::flush;
  }
  open = false;
} catch (const std::exception& lost) {
  open = false;
  std::cerr << "chat_client: " << lost.what() << '\n';
}

int main(int argc, char** argv) try {
  const std::string host = argc > 1 ? argv[1] : "localhost";
  sock::Stream server = sock::Stream::connect(host, port_argument(argc, argv, 2, 12000));
  std::atomic<bool> open = true;
  const std::jthread receiver([&] { print_what_comes(server, open); });
  for (std::string line;;) {
    std::cout << "Mensagem: " << std::flush;
    if (!std::getline(std::cin, line) || !open) break;
    server.write(line);
  }
  server.shutdown_send();
} catch (const std::exception& error) {
  std::cerr << "chat_client: " << error.what() << '\n';
  return 1;
}
