// quit_server [PORT], by default 9999
// Teaches a server's five steps: listen, accept, receive, write, close. It serves one client, sends
// back the result of each receive, and ends at "quit". It compares the whole result of a receive,
// so "quit" with a line end is a different text.

#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

int main(int argc, char** argv) try {
  sock::Listener listener(port_argument(argc, argv, 1, 9999));
  sock::Stream client = listener.accept();
  for (;;) {
    const std::string text = client.receive();
    if (text.empty() || text == "quit") break;  // empty: the client has closed
    std::cout << "Recibido: " << sock::escaped(text) << std::endl;
    client.write(text);
  }
  std::cout << "fin comunicación" << std::endl;
} catch (const std::exception& error) {
  std::cerr << "quit_server: " << error.what() << '\n';
  return 1;
}
