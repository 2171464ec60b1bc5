#include "net/local_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/descriptor.hpp"
#include "sock/address.hpp"
#include "sock/listener.hpp"
#include "sock/stream.hpp"
#include "sock/wait.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace {

using sock::Descriptor;
using sock::Listener;
using sock::Stream;

Descriptor new_socket(int type = SOCK_STREAM) { return Descriptor(::socket(AF_UNIX, type, 0)); }

Descriptor bound_socket(const std::string& path, int type = SOCK_STREAM) {
  auto socket = new_socket(type);
  const auto address = sock::local_address(path);
  REQUIRE(::bind(socket.get(), address.data(), address.size) == 0);
  return socket;
}

bool exists(const std::string& path) {
  return std::filesystem::symlink_status(path).type() != std::filesystem::file_type::not_found;
}

// What a server leaves behind that was killed.
void leave_stale(const std::string& path, int type = SOCK_STREAM) { bound_socket(path, type); }

std::string refusal(const std::string& path) {
  try {
    const Listener listener("unix:" + path);
    return "none";
  } catch (const std::system_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("both ends of a UNIX socket know the other one") {
  const TemporaryFolder folder;
  const std::string path = folder / "s";
  Listener listener("unix:" + path);
  Stream client = Stream::connect("unix:" + path);
  Stream server = listener.accept();
  CHECK(to_string(server.remote()) ==
        "unix (pid " + std::to_string(::getpid()) + ", uid " + std::to_string(::getuid()) + ")");
  CHECK(server.local().address == path);
  CHECK(client.remote().address == path);
  CHECK(client.remote().pid == ::getpid());
  CHECK(listener.port() == 0);
  client.write("hola");
  client.shutdown_send();
  CHECK(server.receive() == "hola");
  CHECK(server.receive().empty());
  server.write("adios");
  CHECK(client.receive() == "adios");
}

TEST_CASE("a path is removed at the end, if it is still ours") {
  const TemporaryFolder folder;
  const std::string path = folder / "s";
  std::optional<Listener> first(std::in_place, "unix:" + path);
  first.reset();
  CHECK_FALSE(exists(path));
  {
    const Listener listener("unix:" + path);
    std::filesystem::remove(path);
    leave_stale(path);
  }
  CHECK(exists(path));
}

TEST_CASE("a path at which nobody answers is taken over, and no other") {
  const TemporaryFolder folder;
  const std::string path = folder / "s";
  leave_stale(path);
  const Listener listener("unix:" + path);
  CHECK(refusal(path) == "cannot listen on unix:" + path + ": Address already in use");
  CHECK(exists(path));

  const std::string file = folder / "file";
  std::ofstream(file) << "text";
  CHECK(refusal(file) ==
        "cannot listen on unix:" + file + ": Address already in use (by a file that is no socket)");
  CHECK(std::filesystem::file_size(file) == 4);
  const std::string link = folder / "link";
  std::filesystem::create_symlink(file, link);
  CHECK(refusal(link) ==
        "cannot listen on unix:" + link + ": Address already in use (by a file that is no socket)");
  const std::string none = folder / "none/s";
  CHECK(refusal(none) == "cannot listen on unix:" + none + ": No such file or directory");
}

TEST_CASE("a stale path is told from one in use without a connection, of either type") {
  const TemporaryFolder folder;
  const std::string path = folder / "s";
  const std::string in_use = "cannot listen on unix:" + path + ": Address already in use";
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    INFO(type);
    {
      const auto before_listen = bound_socket(path, type);
      CHECK(refusal(path) == in_use);
    }
    CHECK(refusal(path) == "none");
    leave_stale(path, type);
    {
      const auto socket = new_socket(SOCK_DGRAM);
      CHECK_NOTHROW(sock::bind_at(socket.get(), path, 0600));
    }
  }
  const auto listening = new_socket();
  const auto file = sock::listen_at(listening.get(), path, 0600, 0);
  CHECK(refusal(path) == in_use);
  CHECK_FALSE(sock::wait_for(listening.get(), POLLIN, sock::Clock::now()));
}

TEST_CASE("of many that find a stale path one takes it over, and keeps it") {
  const TemporaryFolder folder;
  const std::string path = folder / "s";
  for (int round = 0; round < 30; ++round) {
    leave_stale(path);
    std::atomic<int> listening = 0;
    std::vector<std::jthread> threads;
    std::vector<Descriptor> sockets(4);
    std::vector<sock::SocketFile> files(4);
    for (std::size_t i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        sockets[i] = new_socket();
        try {
          files[i] = sock::listen_at(sockets[i].get(), path, 0600, 0);
          ++listening;
        } catch (const std::system_error&) {
          sockets[i] = {};
        }
      });
    }
    threads.clear();
    REQUIRE(listening == 1);
    REQUIRE_NOTHROW(Stream::connect("unix:" + path));
  }
}

TEST_CASE("a folder that is kept locked delays a start by a second, and an end not at all") {
  const TemporaryFolder folder;
  std::vector<std::unique_ptr<Listener>> listeners;
  for (int i = 0; i < 10; ++i) {
    listeners.push_back(std::make_unique<Listener>("unix:" + (folder / std::to_string(i))));
  }
  const Descriptor locked(::open((folder / "").c_str(), O_RDONLY | O_DIRECTORY));
  REQUIRE(::flock(locked.get(), LOCK_EX) == 0);
  const auto begin = sock::Clock::now();
  listeners.clear();
  CHECK(sock::Clock::now() - begin < std::chrono::seconds(5));
  CHECK_FALSE(exists(folder / "0"));
  CHECK_FALSE(exists(folder / "9"));
  const Listener listener("unix:" + (folder / "s"));
  CHECK_NOTHROW(Stream::connect("unix:" + (folder / "s")));
}

TEST_CASE("a socket's file has its permissions whatever the umask is") {
  const TemporaryFolder folder;
  const std::string path = folder / "s";
  for (const ::mode_t mask : {0077U, 0000U}) {
    const auto before = ::umask(mask);
    for (const unsigned permissions : {0600U, 0660U, 0666U}) {
      const auto socket = new_socket();
      const auto file = sock::listen_at(socket.get(), path, permissions, 0);
      struct stat found = {};
      REQUIRE(::stat(path.c_str(), &found) == 0);
      CHECK((found.st_mode & 0777) == permissions);
    }
    ::umask(before);
  }
}

TEST_CASE("an abstract name has no file, and is free again at once") {
  const std::string name = "@sock-test-" + std::to_string(::getpid());
  for (int i = 0; i < 2; ++i) {
    Listener listener("unix:" + name);
    CHECK(refusal(name) == "cannot listen on unix:" + name + ": Address already in use");
    Stream client = Stream::connect("unix:" + name);
    CHECK(listener.accept().local().address == name);
    CHECK(to_string(client.remote()).starts_with("unix:" + name + " (pid "));
  }
}

TEST_CASE("the longest path, and the longest name, can be used") {
  const TemporaryFolder folder;
  std::string path = folder / "";
  path.resize(sock::longest_path, 'x');
  for (const auto& longest : {path, "@" + std::string(sock::longest_path - 1, 'y')}) {
    Listener listener("unix:" + longest);
    const Stream client = Stream::connect("unix:" + longest);
    CHECK(client.remote().address == longest);
  }
}

TEST_CASE("a path that is too long is an error that names it") {
  const TemporaryFolder folder;
  for (const std::size_t size : {sock::longest_path + 1, std::size_t{109}, std::size_t{3000}}) {
    std::string path = folder / "";
    path.resize(size, 'x');
    for (const auto& too_long : {path, "@" + path}) {
      const auto socket = new_socket();
      CHECK_THROWS_WITH(sock::listen_at(socket.get(), too_long, 0600, 0),
                        "cannot listen on unix:" + too_long + ": File name too long");
    }
  }
}

TEST_CASE("who cannot be let in yet is waited for until the deadline") {
  const std::string name = "@sock-full-" + std::to_string(::getpid());
  const auto listener = new_socket();
  sock::listen_at(listener.get(), name, 0, 1);
  std::vector<Stream> waiting;
  const auto connect = [&] {
    waiting.push_back(Stream::connect("unix:" + name, {.timeout = std::chrono::milliseconds(50)}));
  };
  const auto fill = [&] {
    for (int i = 0; i < 10; ++i) connect();
  };
  CHECK_THROWS_WITH(fill(), "cannot connect to unix:" + name + ": Connection timed out");
  std::jthread accepts([&] { ::close(::accept(listener.get(), nullptr, nullptr)); });
  CHECK_NOTHROW(Stream::connect("unix:" + name));
}

TEST_CASE("nobody at a path is an error that names it") {
  const TemporaryFolder folder;
  const std::string path = folder / "s";
  CHECK_THROWS_WITH(Stream::connect("unix:" + path),
                    "cannot connect to unix:" + path + ": No such file or directory");
  leave_stale(path);
  CHECK_THROWS_WITH(Stream::connect("unix:" + path),
                    "cannot connect to unix:" + path + ": Connection refused");
}
