#include "sock/listener.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "net/listen_sockets.hpp"
#include "net/socket_address.hpp"
#include "net/socket_options.hpp"
#include "net/stream_impl.hpp"
#include "net/system_error.hpp"
#include "sock/address.hpp"

namespace sock {

struct Listener::Impl {
  std::vector<ListenSocket> sockets;
};

Listener::Listener(std::uint16_t port, const std::string& host)
    : impl_(std::make_unique<Impl>(Impl{open_listeners({.hosts = {host}, .port = port})})) {}

Listener::Listener(std::string_view address) : impl_(std::make_unique<Impl>()) {
  constexpr std::uint32_t owner_only = 0600;
  const auto where = parse_address(address);
  if (where.is_local()) {
    impl_->sockets.push_back(open_listener(where.path, owner_only));
  } else {
    impl_->sockets = open_listeners({.hosts = {where.host}, .port = where.port});
  }
}

Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;
Listener::~Listener() = default;

Stream Listener::accept() {
  std::vector<pollfd> ready;
  for (auto& one : impl_->sockets) ready.push_back({one.fd.get(), POLLIN, 0});
  for (;;) {
    ::poll(ready.data(), ready.size(), -1);
    for (std::size_t i = 0; i < ready.size(); ++i) {
      if (ready[i].revents == 0) continue;
      SocketAddress from;
      const int listener = impl_->sockets[i].fd.get();
      Descriptor socket(::accept4(listener, from.data(), &from.size, SOCK_CLOEXEC));
      if (socket) {
        auto remote = peer_endpoint(socket.get(), from);
        prepare_accepted(socket.get(), impl_->sockets[i]);
        return Stream(
            std::make_unique<Stream::Impl>(Stream::Impl{std::move(socket), std::move(remote)}));
      }
      const auto why = last_error();
      if (is_out_of_resources(why)) throw std::system_error(why, "cannot accept a connection");
    }
  }
}

std::uint16_t Listener::port() const {
  return local_endpoint(impl_->sockets.front().fd.get()).port;
}

}  // namespace sock
