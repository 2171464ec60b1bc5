#include "log_sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "file.hpp"
#include "program/process.hpp"
#include "support/catch.hpp"

using namespace sockserver;

namespace {

void tell_lost(LogLine& line, std::uint64_t lost) { line.append("{} lost", lost); }

struct Ends {
  int write_end = -1;
  int read_end = -1;

  ~Ends() {
    ::close(write_end);
    ::close(read_end);
  }

  // What can be read now, without waiting.
  std::string read_all() const {
    const int flags = ::fcntl(read_end, F_GETFL);
    ::fcntl(read_end, F_SETFL, flags | O_NONBLOCK);
    std::string all;
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::read(read_end, buffer.data(), buffer.size())) > 0;) {
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::fcntl(read_end, F_SETFL, flags);
    return all;
  }
};

struct Pipe : Ends {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    read_end = ends[0];
    write_end = ends[1];
  }
};

struct SocketPair : Ends {
  SocketPair() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    read_end = ends[0];
    write_end = ends[1];
  }
};

struct PseudoTerminal : Ends {
  PseudoTerminal() {
    read_end = ::posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(::grantpt(read_end) == 0);
    REQUIRE(::unlockpt(read_end) == 0);
    std::array<char, 64> name{};
    REQUIRE(::ptsname_r(read_end, name.data(), name.size()) == 0);
    write_end = ::open(name.data(), O_RDWR | O_NOCTTY);
    termios mode{};
    ::tcgetattr(write_end, &mode);
    ::cfmakeraw(&mode);
    ::tcsetattr(write_end, TCSANOW, &mode);
  }
};

std::size_t count(const std::string& text, const std::string& one) {
  std::size_t found = 0;
  for (auto at = text.find(one); at != text.npos; at = text.find(one, at + 1)) ++found;
  return found;
}

// Reads until what was read ends so, or nothing has come for `patience`.
std::string read_until(const Ends& ends, const std::string& wanted,
                       std::chrono::milliseconds patience = std::chrono::seconds(30)) {
  std::string all;
  pollfd readable{ends.read_end, POLLIN, 0};
  while (!all.ends_with(wanted) && ::poll(&readable, 1, static_cast<int>(patience.count())) > 0) {
    all += ends.read_all();
  }
  return all;
}

// The sum of what the lines about lost lines say.
std::size_t lost_in(const std::string& text) {
  std::size_t lost = 0;
  for (auto at = text.find(" lost\n"); at != text.npos; at = text.find(" lost\n", at + 1)) {
    lost += std::stoul(text.substr(text.rfind('\n', at) + 1));
  }
  return lost;
}

// Writes far more than `ends` holds, then reads, and writes until something is taken again.
template <typename Kind>
void check_that_nothing_waits() {
  const Kind ends;
  const int flags = ::fcntl(ends.write_end, F_GETFL);
  LogSink sink(ends.write_end, tell_lost);
  const std::string line = std::string(999, 'x') + "\n";
  std::size_t written = 5000;
  for (std::size_t i = 0; i < written; ++i) sink.write(line);
  // The system moves what is in a terminal when it likes: there may be no room yet.
  std::string taken;
  std::string mark;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  do {
    taken += ends.read_all();
    mark = fmt::format("mark {}\n", ++written);
    sink.write(mark);
    taken += read_until(ends, mark, std::chrono::milliseconds(50));
  } while (!taken.ends_with(mark) && std::chrono::steady_clock::now() < deadline);
  CHECK(lost_in(taken) > 0);
  CHECK(count(taken, "\n" + line) > 0);
  CHECK(count(taken, line) + count(taken, "mark ") + lost_in(taken) == written);
  CHECK((flags & O_NONBLOCK) == 0);
  CHECK((::fcntl(ends.write_end, F_GETFL) & O_NONBLOCK) == 0);
}

}  // namespace

TEST_CASE("a pipe that nobody reads makes nobody wait; what is lost is counted") {
  check_that_nothing_waits<Pipe>();
}

TEST_CASE("a socket that nobody reads makes nobody wait; what is lost is counted") {
  check_that_nothing_waits<SocketPair>();
}

TEST_CASE("a terminal that does not keep up makes nobody wait; what is lost is counted") {
  check_that_nothing_waits<PseudoTerminal>();
}

TEST_CASE("a stopped terminal loses lines, and tells how many when it goes on") {
  const PseudoTerminal terminal;
  LogSink sink(terminal.write_end, tell_lost);
  sink.write("one\n");
  ::tcflow(terminal.write_end, TCOOFF);
  for (int i = 0; i < 12; ++i) sink.write("unseen\n");
  ::tcflow(terminal.write_end, TCOON);
  sink.write("two\n");
  CHECK(read_until(terminal, "two\n") == "one\n12 lost\ntwo\n");
}

TEST_CASE("what belongs together is lost together") {
  const Pipe pipe;
  LogSink sink(pipe.write_end, tell_lost);
  ::fcntl(pipe.write_end, F_SETPIPE_SZ, 4096);
  sink.write(std::string(4095, 'x') + "\n");
  sink.write("a\nb\nc\n");
  pipe.read_all();
  sink.write("d\n");
  CHECK(pipe.read_all() == "3 lost\nd\n");
}

TEST_CASE("a line of which a file takes a part is lost, and the next one begins with a line end") {
  const File file;
  LogSink sink(file.fd, tell_lost);
  sink.write("one\n");
  {
    const FileSizeLimit limit(10);
    sink.write("two two\n");
    sink.write("three\n");
  }
  sink.write("four\n");
  sink.write("five\n");
  CHECK(file.text() == "one\ntwo tw\n2 lost\nfour\nfive\n");
}

TEST_CASE("of lines that are written together, those that a file took whole are not lost") {
  const File file;
  LogSink sink(file.fd, tell_lost);
  {
    const FileSizeLimit limit(6);
    sink.write("one\ntwo\nthree\n");
  }
  {
    const FileSizeLimit limit(6 + 11);  // room for the notice, and for a part of what follows it
    sink.write("four\n");
  }
  sink.write("five\n");
  CHECK(file.text() == "one\ntw\n2 lost\nfou\n1 lost\nfive\n");
}

TEST_CASE("a line that ends where a file is full is followed by no empty one") {
  const File file;
  LogSink sink(file.fd, tell_lost);
  {
    const FileSizeLimit limit(4);
    sink.write("one\n");
    sink.write("two\n");
  }
  sink.write("three\n");
  CHECK(file.text() == "one\n1 lost\nthree\n");
}

TEST_CASE("lines that a full disk or a closed pipe does not take are lost") {
  const int full = ::open("/dev/full", O_WRONLY);
  LogSink(full, tell_lost).write("x\n");
  ::close(full);

  program::prepare_process();  // SIGPIPE
  const Pipe pipe;
  ::close(pipe.read_end);
  LogSink(pipe.write_end, tell_lost).write("x\n");

  LogSink(-1, tell_lost).write("x\n");
}

TEST_CASE("lines of many threads stay whole") {
  const Pipe pipe;
  std::string all;
  std::thread reader([&] {
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::read(pipe.read_end, buffer.data(), buffer.size())) > 0;) {
      all.append(buffer.data(), static_cast<std::size_t>(got));
      if (all.find("end\n") != all.npos) break;
    }
  });
  {
    LogSink sink(pipe.write_end, tell_lost);
    std::vector<std::thread> writers;
    for (const char c : {'a', 'b', 'c', 'd'}) {
      writers.emplace_back([&sink, c] {
        for (int i = 0; i < 500; ++i) sink.write(std::string(300, c) + "\n");
      });
    }
    for (auto& writer : writers) writer.join();
  }
  REQUIRE(::write(pipe.write_end, "end\n", 4) == 4);
  reader.join();
  for (std::size_t at = 0; at < all.size();) {
    const auto end = all.find('\n', at);
    const std::string line = all.substr(at, end - at);
    CHECK((line == std::string(300, line[0]) || line == "end" || line.ends_with(" lost")));
    at = end + 1;
  }
}
