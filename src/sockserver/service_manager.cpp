#include "service_manager.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <stdexcept>

#include "program/process.hpp"
#include "program/values.hpp"
#include "sock/address.hpp"
#include "sock/escape.hpp"

namespace sockserver {
namespace {

constexpr int first_descriptor = 3;

std::string take(const char* name) {
  std::string taken = program::environment(name);
  ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe): no thread yet
  return taken;
}

int option_of(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool is_bound(int fd) {
  sockaddr_in6 address{};  // its port is at the same offset as that of IPv4
  socklen_t size = sizeof address;
  return ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
         address.sin6_port != 0;
}

// Returns what is wrong with the descriptor, or an empty string.
std::string find_fault(int fd) {
  const int family = option_of(fd, SO_DOMAIN);
  if (family < 0) return std::strerror(errno);  // NOLINT(concurrency-mt-unsafe)
  const bool is_local = family == AF_UNIX;
  if (!is_local && family != AF_INET && family != AF_INET6) return "it is no socket of IP or UNIX";
  switch (option_of(fd, SO_TYPE)) {
    case SOCK_STREAM:
      return option_of(fd, SO_ACCEPTCONN) == 1 ? "" : "it does not listen";
    case SOCK_DGRAM:
      if (is_local) return "datagrams of UNIX sockets are not served";
      return is_bound(fd) ? "" : "it has no port";
    default:
      return "it is neither of streams nor of datagrams";
  }
}

bool is_protocol(std::string_view name) {
  return sock::find_service(name.substr(0, name.find('/'))) != nullptr;
}

DoorOptions make_door(int fd, std::string_view name) {
  DoorOptions door{.text = fmt::format("descriptor {}", fd)};
  door.place.descriptor = fd;
  door.place.datagrams = option_of(fd, SO_TYPE) == SOCK_DGRAM;
  if (is_protocol(name)) set_protocol(door, name);
  return door;
}

}  // namespace

ServiceManager::ServiceManager()
    : count_(take("LISTEN_FDS")),
      names_(take("LISTEN_FDNAMES")),
      notify_path_(take("NOTIFY_SOCKET")) {
  // The variables may be meant for a parent process that did not remove them.
  if (take("LISTEN_PID") != std::to_string(::getpid())) count_.clear();
}

std::vector<DoorOptions> ServiceManager::take_doors() const {
  std::vector<DoorOptions> doors;
  if (count_.empty()) return doors;
  const auto count = program::parse_number(count_);
  if (!count || *count > INT_MAX - first_descriptor) {
    throw std::runtime_error(
        fmt::format("LISTEN_FDS: \"{}\" is not a number of descriptors", sock::escaped(count_)));
  }
  std::string_view names = names_;
  for (int fd = first_descriptor; fd < first_descriptor + static_cast<int>(*count); ++fd) {
    const auto name = names.substr(0, names.find(':'));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    try {
      if (const auto fault = find_fault(fd); !fault.empty()) throw std::invalid_argument(fault);
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
      doors.push_back(make_door(fd, name));
    } catch (const std::invalid_argument& error) {
      throw std::runtime_error(
          sock::escaped(fmt::format("cannot listen on descriptor {}: {}", fd, error.what())));
    }
  }
  return doors;
}

// Datagrams only: systemd(1) gives no streams (`unix:...`, `vsock:...`) to services.
void ServiceManager::tell(std::string_view state) const noexcept {
  if (notify_path_.empty() || notify_path_.size() > sock::longest_path) return;
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(notify_path_.begin(), notify_path_.end(), std::begin(address.sun_path));
  const bool is_abstract = address.sun_path[0] == '@';
  if (is_abstract) address.sun_path[0] = '\0';
  const std::size_t size =
      offsetof(sockaddr_un, sun_path) + notify_path_.size() + (is_abstract ? 0 : 1);
  const timeval longest_wait{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest_wait, sizeof longest_wait);
  ::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address),
           static_cast<socklen_t>(size));
  ::close(fd);
}

}  // namespace sockserver
