// greet_client [HOST] [PORT], by default localhost 9999
// Teaches that a client may listen first: it prints the greeting, and answers it.

#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/stream.hpp"

int main(int argc, char** argv) try {
  const std::string host = argc > 1 ? argv[1] : "localhost";
  sock::Stream server = sock::Stream::connect(host, port_argument(argc, argv, 2, 9999));
  std::cout << sock::escaped(server.receive()) << std::endl;
  server.write("Hola de vuelta!");
} catch (const std::exception& error) {
  std::cerr << "greet_client: " << error.what() << '\n';
  return 1;
}
