// hello_client [HOST] [PORT], by default localhost 5005
// Teaches the shortest exchange: connect, send once, receive once, close.

#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/stream.hpp"

int main(int argc, char** argv) try {
  const std::string host = argc > 1 ? argv[1] : "localhost";
  sock::Stream server = sock::Stream::connect(host, port_argument(argc, argv, 2, 5005));
  server.write("Hello, World!");
  const std::string data = server.receive();
  server.close();
  std::cout << "received data: " << sock::escaped(data) << std::endl;
} catch (const std::exception& error) {
  std::cerr << "hello_client: " << error.what() << '\n';
  return 1;
}
