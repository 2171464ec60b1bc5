// hola_server [PORT], by default 8000
// Teaches to serve clients in turn, for ever (Ctrl-C ends it): the next client waits until this one
// has left, and a lost client does not end the server. IPv4 only, as in the document.

#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/escape.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

void serve(sock::Stream client) try {
  const sock::Endpoint peer = client.remote();
  const std::string who = "('" + peer.address + "', " + std::to_string(peer.port) + ")";
  std::cout << "conectado " << who << std::endl;
  for (std::string text; text != "adios" && !(text = client.receive()).empty();) {
    std::cout << who << " envia " << sock::escaped(text);
    if (text == "hola") {
      std::cout << ": contesto";
      client.write("pues hola");
    } else if (text == "adios") {
      std::cout << ": contesto y desconecto";
      client.write("pues adios");
    }
    std::cout << std::endl;
  }
  client.close();
  std::cout << "desconectado " << who << std::endl;
} catch (const std::exception& lost) {
  std::cerr << "hola_server: " << lost.what() << '\n';
}

int main(int argc, char** argv) try {
  sock::Listener listener(port_argument(argc, argv, 1, 8000), "127.0.0.1");
  for (;;) serve(listener.accept());
} catch (const std::exception& error) {
  std::cerr << "hola_server: " << error.what() << '\n';
  return 1;
}
