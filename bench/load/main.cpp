// load COMMAND --port PORT [--pid PID] [--NAME VALUE]...: the load generator of script/bench. With
// `--unix 1` it connects to a UNIX socket, the abstract name "sock-bench-PORT"; with `--tls 1` it
// uses TLS, and with `--resume 1` it resumes a session in each handshake.
//
// One thread, epoll; every received byte is compared with the expected one. Prints one line of
// key=value. Exit status 1: a byte was wrong, missing or too many, or nothing came any more.

#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "commands.hpp"
#include "socket.hpp"

int main(int argc, char** argv) try {
  static const std::map<std::string, void (*)(const load::Options&)> commands{
      {"echo", load::echo}, {"lines", load::lines},         {"connect", load::connect},
      {"bulk", load::bulk}, {"idle", load::idle},           {"fair", load::fair},
      {"chat", load::chat}, {"chat-idle", load::chat_idle}, {"datagrams", load::datagrams}};
  const auto command = commands.find(argc > 1 ? argv[1] : "");
  if (command == commands.end()) {
    std::fputs("usage: load COMMAND --port PORT [--pid PID] [--NAME VALUE]...\ncommands:", stderr);
    for (const auto& [name, function] : commands) std::fprintf(stderr, " %s", name.c_str());
    std::fputs("\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  load::raise_file_limit();
  const load::Options options(argc, argv);
  if (options.count("unix", 0) != 0) load::Socket::choose(load::Socket::Kind::unix_name);
  if (options.count("tls", 0) != 0) {
    load::Socket::choose(options.count("resume", 0) != 0 ? load::Socket::Kind::tls_resumed
                                                         : load::Socket::Kind::tls);
  }
  command->second(options);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "load: %s\n", error.what());
  return 1;
}
