// hola_client [HOST] [PORT], by default localhost 8000
// Teaches a conversation by script: hola, the reply, two seconds, adios, the reply.

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/stream.hpp"

int main(int argc, char** argv) try {
  const std::string host = argc > 1 ? argv[1] : "localhost";
  sock::Stream server = sock::Stream::connect(host, port_argument(argc, argv, 2, 8000));
  server.write("hola");
  std::cout << sock::escaped(server.receive()) << std::endl;
  std::this_thread::sleep_for(std::chrono::seconds(2));
  server.write("adios");
  std::cout << sock::escaped(server.receive()) << std::endl;
} catch (const std::exception& error) {
  std::cerr << "hola_client: " << error.what() << '\n';
  return 1;
}
