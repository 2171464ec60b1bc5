// Each message is sent back; the message "quit" is not: it ends the connection.

#include "sock/service.hpp"

namespace sock {
namespace {

class Quit final : public Protocol {
 public:
  void on_message(const Message& message, Reply& reply) override {
    if (message.text == "quit") {
      reply.close();
    } else {
      reply.answer(message.text);
    }
  }
};

}  // namespace

std::unique_ptr<Service> make_quit(MessageOptions options) {
  return service_of<Quit>(std::move(options));
}

}  // namespace sock
