// greet_server [PORT], by default 9999
// Teaches that either side may speak first: the server greets, prints one answer and closes.

#include <exception>
#include <iostream>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

int main(int argc, char** argv) try {
  sock::Listener listener(port_argument(argc, argv, 1, 9999));
  sock::Stream client = listener.accept();
  client.write("Hola");
  std::cout << sock::escaped(client.receive()) << std::endl;
} catch (const std::exception& error) {
  std::cerr << "greet_server: " << error.what() << '\n';
  return 1;
}
