#include "sock/datagram.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "net/bind_datagrams.hpp"
#include "net/local_socket.hpp"
#include "net/resolve.hpp"
#include "net/socket_address.hpp"
#include "net/source_address.hpp"
#include "net/system_error.hpp"
#include "sock/address.hpp"

namespace sock {
namespace {

Endpoint to_datagram_endpoint(const SocketAddress& address) {
  return to_endpoint(address, Transport::udp);
}

Descriptor new_socket(int family) {
  Descriptor fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) throw std::system_error(last_error(), "cannot open a socket");
  return fd;
}

SocketAddress to_send_to(const Endpoint& peer) try {
  return to_socket_address(peer);
} catch (const std::system_error& error) {
  throw std::system_error(error.code(), "cannot send to " + to_string(peer));
}

void connect(int fd, const SocketAddress& peer, const std::string& name) {
  if (::connect(fd, peer.data(), peer.size) != 0) {
    throw std::system_error(last_error(), "cannot connect to " + name);
  }
}

}  // namespace

struct Datagram::Impl {
  std::vector<Descriptor> sockets;  // if bound: one for each address
  SocketFile file{};
  Endpoint remote{};

  int socket_for(int family) const {
    for (const auto& one : sockets) {
      if (family_of(one.get()) == family) return one.get();
    }
    return sockets.front().get();  // the call on it reports the error
  }

  bool is_connected() const { return remote != Endpoint{}; }

  // Returns false if it would have to wait.
  bool send(std::string_view text, int flags) const {
    if (!is_connected()) {
      throw std::system_error(std::make_error_code(std::errc::destination_address_required),
                              "cannot send");
    }
    const int fd = sockets.front().get();
    while (::send(fd, text.data(), text.size(), MSG_NOSIGNAL | flags) < 0) {
      if (errno == EAGAIN) return false;
      if (errno != EINTR) {
        throw std::system_error(last_error(), "cannot send to " + to_string(remote));
      }
    }
    return true;
  }
};

Datagram::Datagram(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Datagram::Datagram(Datagram&&) noexcept = default;
Datagram& Datagram::operator=(Datagram&&) noexcept = default;
Datagram::~Datagram() = default;

Datagram Datagram::bind(std::string_view address) {
  const auto where = parse_address(address);
  if (!where.is_local()) return bind(where.port, where.host);
  auto impl = std::make_unique<Impl>();
  impl->sockets.push_back(new_socket(AF_UNIX));
  impl->file = bind_at(impl->sockets.front().get(), where.path, 0600);
  return Datagram(std::move(impl));
}

Datagram Datagram::bind(std::uint16_t port, const std::string& host) {
  auto impl = std::make_unique<Impl>();
  impl->sockets = bind_datagrams({.hosts = {host}, .port = port});
  return Datagram(std::move(impl));
}

Datagram Datagram::connect(std::string_view address) {
  const auto where = parse_address(address);
  if (!where.is_local()) return connect(where.host, where.port);
  auto impl = std::make_unique<Impl>();
  impl->sockets.push_back(new_socket(AF_UNIX));
  const int fd = impl->sockets.front().get();
  // The system chooses a name for it (unix(7), "Autobind"): without one, the peer cannot answer.
  const sockaddr none{.sa_family = AF_UNIX, .sa_data = {}};
  if (::bind(fd, &none, sizeof none.sa_family) != 0) {
    throw std::system_error(last_error(), "cannot connect to " + to_string(where));
  }
  sock::connect(fd, local_address(where.path), to_string(where));
  impl->remote = to_datagram_endpoint(local_address(where.path));
  return Datagram(std::move(impl));
}

Datagram Datagram::connect(const std::string& host, std::uint16_t port, Family family,
                           Clock::time_point deadline, const std::optional<Endpoint>& source) {
  auto impl = std::make_unique<Impl>();
  const std::string name = host + " port " + std::to_string(port) + words_of(source);
  std::exception_ptr why;
  // A connect() for datagrams gets no answer: take the first address that has a route.
  family = family_from(source, family);
  for (const auto& found : resolve(host, port, family, Purpose::connect, deadline)) try {
      const auto peer = to_socket_address(found);
      auto fd = new_socket(peer.storage.ss_family);
      if (const auto error = bind_source(fd.get(), source)) {
        throw std::system_error(error, "cannot connect to " + name);
      }
      sock::connect(fd.get(), peer, name);
      impl->sockets.push_back(std::move(fd));
      impl->remote = to_datagram_endpoint(peer);
      return Datagram(std::move(impl));
    } catch (const std::system_error&) {
      why = std::current_exception();
    }
  std::rethrow_exception(why);
}

Datagram::Received Datagram::receive_from(std::size_t most) {
  return *receive_before(no_deadline, most);
}

std::optional<Datagram::Received> Datagram::receive_before(Clock::time_point deadline,
                                                           std::size_t most) {
  std::vector<pollfd> ready;
  for (const auto& one : impl_->sockets) ready.push_back({one.get(), POLLIN, 0});
  Received received{.text = std::string(most, '\0'), .from = impl_->remote};
  for (;;) {
    ::poll(ready.data(), ready.size(), poll_timeout(deadline));
    for (const auto& one : ready) {
      if (one.revents == 0) continue;
      SocketAddress from;
      const auto size =
          ::recvfrom(one.fd, received.text.data(), most, MSG_DONTWAIT, from.data(), &from.size);
      if (size >= 0) {
        received.text.resize(static_cast<std::size_t>(size));
        if (from.size > 0) {
          received.from = to_datagram_endpoint(from);
        } else if (!impl_->is_connected()) {  // from a UNIX socket that is not bound
          received.from = {.transport = Transport::local};
        }
        return received;
      }
      if (errno != EAGAIN && errno != EINTR) {
        const auto why = last_error();
        const auto from_whom =
            impl_->is_connected() ? "from " + to_string(impl_->remote) : "a datagram";
        throw std::system_error(why, "cannot receive " + from_whom);
      }
    }
    if (Clock::now() >= deadline) return {};
  }
}

void Datagram::send_to(std::string_view text, const Endpoint& to) {
  if (to.address.empty()) {
    throw std::system_error(std::make_error_code(std::errc::destination_address_required),
                            "cannot send to " + to_string(to));
  }
  const auto address = to_send_to(to);
  const int fd = impl_->socket_for(address.storage.ss_family);
  while (::sendto(fd, text.data(), text.size(), MSG_NOSIGNAL, address.data(), address.size) < 0) {
    if (errno != EINTR) throw std::system_error(last_error(), "cannot send to " + to_string(to));
  }
}

void Datagram::send(std::string_view text) { impl_->send(text, 0); }

bool Datagram::try_send(std::string_view text) { return impl_->send(text, MSG_DONTWAIT); }

Endpoint Datagram::local() const {
  auto endpoint = local_endpoint(native_handle());
  if (endpoint.transport != Transport::local) endpoint.transport = Transport::udp;
  return endpoint;
}

Endpoint Datagram::remote() const { return impl_->remote; }

int Datagram::native_handle() const { return impl_->sockets.front().get(); }

}  // namespace sock
