// Event loops of the mode async: which thread serves whom.

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "sock/server.hpp"
#include "sock/service.hpp"
#include "support/catch.hpp"
#include "support/running_server.hpp"

namespace {

// Answers with the name of the thread that it is served on.
class NamesItsThread final : public sock::Protocol {
 public:
  void on_message(const sock::Message&, sock::Reply& reply) override {
    std::ostringstream name;
    name << std::this_thread::get_id();
    reply.answer(name.str());
  }
};

}  // namespace

TEST_CASE("clients are dealt to the event loops in turn, and each stays where it is") {
  constexpr std::size_t loops = 3;
  RunningServer running(sock::service_of<NamesItsThread>(),
                        {.mode = sock::Mode::async, .loops = loops});
  std::vector<sock::Stream> clients;
  for (std::size_t i = 0; i < 4 * loops; ++i) clients.push_back(running.connect());
  const auto served_by = [](sock::Stream& client) {
    client.write("who?\n");
    return client.receive();
  };
  std::map<std::string, int> clients_of;
  for (auto& client : clients) {
    const auto thread = served_by(client);
    ++clients_of[thread];
    CHECK(served_by(client) == thread);
  }
  CHECK(clients_of.size() == loops);
  for (const auto& [thread, count] : clients_of) CHECK(count == 4);
}
