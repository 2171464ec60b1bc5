// single_threaded_server [PORT], by default 9999
// Teaches what one thread cannot do: the system completes the connection of a second client, but
// the server does not answer it until the first client has left. Compare threaded_server.cpp. It
// sends back what it receives, for ever (Ctrl-C ends it).

#include <exception>
#include <iostream>
#include <string>

#include "arguments.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

void serve(sock::Stream client) try {
  const std::string who = sock::to_string(client.remote());
  std::cout << "connected " + who + "\n" << std::flush;
  for (std::string text; !(text = client.receive()).empty();) client.write(text);
  std::cout << "closed " + who + "\n" << std::flush;
} catch (const std::exception& lost) {
  std::cerr << lost.what() << '\n';
}

int main(int argc, char** argv) try {
  sock::Listener listener(port_argument(argc, argv, 1, 9999));
  for (;;) {
    serve(listener.accept());
  }
} catch (const std::exception& error) {
  std::cerr << "single_threaded_server: " << error.what() << '\n';
  return 1;
}
