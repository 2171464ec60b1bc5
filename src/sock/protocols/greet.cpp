// The server speaks first: it says "Hola", waits for one message, and closes.

#include "sock/service.hpp"

namespace sock {
namespace {

class Greet final : public Protocol {
 public:
  void on_open(Reply& reply) override { reply.say("Hola"); }
  void on_message(const Message&, Reply& reply) override { reply.close(); }
};

}  // namespace

std::unique_ptr<Service> make_greet(MessageOptions options) {
  return service_of<Greet>(std::move(options));
}

}  // namespace sock
