#include <cstdio>
#include <vector>

#include "commands.hpp"
#include "message.hpp"
#include "server_process.hpp"
#include "socket.hpp"

namespace load {
namespace {

// One message there and back, so that the server has really started serving this client.
Socket greeted(std::uint16_t port, std::size_t number) {
  Socket socket(port);
  const Message message(number, 64);
  socket.send_all(message.text());
  std::string answer;
  std::vector<char> buffer(64 * 1024);
  while (answer.size() < message.text().size()) {
    const std::size_t bytes = socket.receive(buffer);
    if (bytes == 0) fail("the server has closed a connection");
    answer.append(buffer.data(), bytes);
  }
  if (answer != message.text()) fail("what came back is not what was sent");
  return socket;
}

}  // namespace

void idle(const Options& options) {
  const auto port = static_cast<std::uint16_t>(options.count("port", 0));
  const std::size_t count = options.count("clients", 10'000);
  const ServerProcess server(static_cast<pid_t>(options.count("pid", 0)));
  const Socket first = greeted(port, 0);
  const std::uint64_t before = server.memory();
  std::vector<Socket> clients;
  for (std::size_t i = 1; i <= count; ++i) clients.push_back(greeted(port, i));
  const auto grown = static_cast<double>(server.memory() - before);
  std::printf("clients=%zu bytes_each=%.1f\n", count, grown / static_cast<double>(count));
}

}  // namespace load
