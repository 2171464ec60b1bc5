// A program with another Asio than the library's: it asks a server of the library through its own,
// and through the library's.

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <sock/server.hpp>
#include <sock/stream.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <thread>

std::string ask_by_own_asio(std::uint16_t port) {
  asio::io_context context;
  asio::ip::tcp::resolver resolver(context);
  asio::ip::tcp::socket socket(context);
  asio::connect(socket, resolver.resolve("127.0.0.1", std::to_string(port)));
  std::string answer("hola\n");
  asio::write(socket, asio::buffer(answer));
  answer.assign(answer.size(), ' ');
  socket.async_wait(asio::ip::tcp::socket::wait_read, [&](asio::error_code) {
    asio::read(socket, asio::buffer(answer.data(), answer.size()));
  });
  context.run();
  return answer;
}

class Echo final : public sock::Protocol {
 public:
  void on_message(const sock::Message& message, sock::Reply& reply) override {
    reply.answer(std::string(message.text));
  }
};

int main() try {
  sock::Server server({.hosts = {"127.0.0.1"}}, sock::service_of<Echo>());
  std::jthread serving([&server] { server.run(); });
  std::cout << ask_by_own_asio(server.port());
  auto stream = sock::Stream::connect("127.0.0.1", server.port());
  stream.write("adios\n");
  std::cout << stream.receive();
  server.stop();
} catch (const std::exception& error) {
  std::cerr << "other_asio: " << error.what() << '\n';
  return 1;
}
