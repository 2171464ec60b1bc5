#include "service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "support/catch.hpp"

using namespace sockserver;

namespace {

void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

// A manager's end, at a name that is free.
class Manager {
 public:
  Manager() : name_("sock-manager-" + std::to_string(::getpid())) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name_.data(), name_.size());
    const std::size_t size = offsetof(sockaddr_un, sun_path) + 1 + name_.size();
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(size)) == 0);
  }
  ~Manager() { ::close(fd_); }

  std::string path() const { return "@" + name_; }
  std::string told() const {
    std::array<char, 100> text;
    const auto size = ::recv(fd_, text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  std::string name_;
  int fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

}  // namespace

TEST_CASE("without a service manager there are no doors, and nothing is told") {
  const ServiceManager none;
  CHECK(none.take_doors().empty());
  none.tell("READY=1");
}

TEST_CASE("what was meant for another process is none of ours, and goes no further") {
  set("LISTEN_FDS", "1000");
  set("LISTEN_FDNAMES", "chat");
  set("LISTEN_PID", std::to_string(::getppid()));
  CHECK(ServiceManager().take_doors().empty());
  for (const char* name : {"LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PID"}) {
    CHECK(std::getenv(name) == nullptr);
  }
}

TEST_CASE("a number of descriptors that is none is an error") {
  for (const std::string number : {"x", "-1", "99999999999"}) {
    set("LISTEN_FDS", number);
    set("LISTEN_PID", std::to_string(::getpid()));
    const ServiceManager manager;
    CHECK_THROWS_WITH(manager.take_doors(),
                      "LISTEN_FDS: \"" + number + "\" is not a number of descriptors");
  }
}

TEST_CASE("the service manager is told what is told, while it listens") {
  std::string path;
  {
    const Manager manager;
    path = manager.path();
    set("NOTIFY_SOCKET", path);
    const ServiceManager ours;
    CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);
    ours.tell("READY=1");
    CHECK(manager.told() == "READY=1");
    CHECK(manager.told() == "nothing");
  }
  for (const std::string& gone : {path, std::string("/no/such/file"), std::string(200, 'x')}) {
    set("NOTIFY_SOCKET", gone);
    ServiceManager().tell("READY=1");
  }
}
