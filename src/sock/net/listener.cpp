#include "sock/listener.hpp"

#include <poll.h>

#include <system_error>
#include <utility>
#include <vector>

#include "net/listen_sockets.hpp"
#include "net/resolve.hpp"
#include "net/stream_impl.hpp"
#include "net/system_error.hpp"

namespace sock {
namespace {

using asio::ip::tcp;

}  // namespace

struct Listener::Impl {
  std::vector<tcp::acceptor> acceptors;
};

Listener::Listener(std::uint16_t port, const std::string& host)
    : impl_(std::make_unique<Impl>(
          Impl{open_listeners(blocking_context(), {.hosts = {host}, .port = port})})) {}

Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;
Listener::~Listener() = default;

Stream Listener::accept() {
  std::vector<pollfd> ready;
  for (auto& acceptor : impl_->acceptors) ready.push_back({acceptor.native_handle(), POLLIN, 0});
  for (;;) {
    ::poll(ready.data(), ready.size(), -1);
    for (std::size_t i = 0; i < ready.size(); ++i) {
      if (ready[i].revents == 0) continue;
      tcp::endpoint remote;
      asio::error_code ec;
      tcp::socket socket = impl_->acceptors[i].accept(remote, ec);
      if (!ec) {
        return Stream(
            std::make_unique<Stream::Impl>(Stream::Impl{std::move(socket), to_endpoint(remote)}));
      }
      if (is_out_of_resources(of_system(ec)))
        throw std::system_error(of_system(ec), "cannot accept a connection");
    }
  }
}

std::uint16_t Listener::port() const { return impl_->acceptors.front().local_endpoint().port(); }

}  // namespace sock
