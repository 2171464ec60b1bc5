// "hola" gets "pues hola"; "adios" gets "pues adios", and the server closes. Nothing else is
// answered.

#include "sock/service.hpp"

namespace sock {
namespace {

class Hola final : public Protocol {
 public:
  void on_message(const Message& message, Reply& reply) override {
    if (message.text == "hola") {
      reply.answer("pues hola");
    } else if (message.text == "adios") {
      reply.answer("pues adios");
      reply.close();
    }
  }
};

}  // namespace

std::unique_ptr<Service> make_hola(MessageOptions options) {
  return service_of<Hola>(std::move(options));
}

}  // namespace sock
