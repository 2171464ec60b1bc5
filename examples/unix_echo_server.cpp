// unix_echo_server [PATH], by default /tmp/echo
// Teaches that a UNIX socket is a stream like a TCP connection, with a path instead of a port, for
// programs on this machine; and that the system reports the client's process and user. Clients are
// served in turn, for ever (Ctrl-C ends it; the path stays, and the next start reuses it).

#include <exception>
#include <iostream>
#include <string>

#include "sock/escape.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

void serve(sock::Stream client) try {
  std::cout << "connected " << sock::escaped(sock::to_string(client.remote())) << std::endl;
  for (std::string text; !(text = client.receive()).empty();) {
    std::cout << "received: " << sock::escaped(text) << std::endl;
    client.write(text);
  }
  std::cout << "closed" << std::endl;
} catch (const std::exception& lost) {
  std::cerr << "unix_echo_server: " << lost.what() << '\n';
}

int main(int argc, char** argv) try {
  const std::string path = argc > 1 ? argv[1] : "/tmp/echo";
  sock::Listener listener("unix:" + path);
  for (;;) serve(listener.accept());
} catch (const std::exception& error) {
  std::cerr << "unix_echo_server: " << error.what() << '\n';
  return 1;
}
