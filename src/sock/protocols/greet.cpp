// The server speaks first: it says "Hola", waits for one message, and closes.

#include <memory>
#include <utility>

#include "sock/service.hpp"

namespace sock {
namespace {

class Greet final : public Protocol {
 public:
  void on_open(Reply& reply) override { reply.say("Hola"); }
  void on_message(const Message&, Reply& reply) override { reply.close(); }
};

class GreetService final : public MessageService {
 public:
  using MessageService::MessageService;

  bool takes_datagrams() const override { return false; }  // it speaks first, but has no peer yet

 private:
  std::unique_ptr<Protocol> make_protocol() override { return std::make_unique<Greet>(); }
};

}  // namespace

std::unique_ptr<Service> make_greet(MessageOptions options) {
  return std::make_unique<GreetService>(std::move(options));
}

}  // namespace sock
