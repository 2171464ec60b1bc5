// threaded_server [PORT], by default 9999
// Teaches a thread for each client: it differs from single_threaded_server.cpp in three lines. The
// destructor of a std::async future joins its thread; finished ones are removed when a client
// comes.

#include <chrono>
#include <exception>
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"

using namespace std::chrono_literals;

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
  std::vector<std::future<void>> threads;
  for (;;) {
    threads.push_back(std::async(std::launch::async, serve, listener.accept()));
    std::erase_if(threads, [](auto& one) { return one.wait_for(0s) == std::future_status::ready; });
  }
} catch (const std::exception& error) {
  std::cerr << "threaded_server: " << error.what() << '\n';
  return 1;
}
