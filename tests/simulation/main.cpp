// simulation SEED             runs one seed, and prints what happens
// simulation --seeds N        runs the first N seeds
// simulation --seconds N      runs as many as possible in that time, chosen by the clock
//
// Exits with 1 at the first seed for which a condition does not hold, and prints the seed.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "simulation/judge.hpp"
#include "simulation/random.hpp"
#include "simulation/simulation.hpp"

namespace simulation {
namespace {

char current[64] = "";  // NOLINT(*-avoid-c-arrays): for the signal handler

extern "C" void on_crash(int signal) {
  constexpr std::string_view words = "simulation: it crashes; seed ";
  static_cast<void>(!::write(STDERR_FILENO, words.data(), words.size()));
  static_cast<void>(!::write(STDERR_FILENO, current, std::strlen(current)));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void play(std::uint64_t seed) {
  std::snprintf(current, sizeof current, "%llu\n", static_cast<unsigned long long>(seed));
  simulate(seed);
}

int run(std::string_view what, const char* number) {
  using Clock = std::chrono::steady_clock;
  const auto count = std::strtoull(number, nullptr, 10);
  const auto begin = Clock::now();
  std::uint64_t played = 0;
  if (what == "--seeds") {
    for (; played < count; ++played) play(played + 1);
  } else if (what == "--seconds") {
    Random seeds(
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()));
    for (; Clock::now() - begin < std::chrono::seconds(count); ++played) {
      play(seeds.below(std::numeric_limits<std::size_t>::max()));
    }
  } else {
    return 2;
  }
  std::printf("%llu seeds, nothing found\n", static_cast<unsigned long long>(played));
  return 0;
}

}  // namespace

bool is_telling = false;

void fail(const std::string& what) {
  std::printf("simulation: %s\nRepeat it with: simulation %s", what.c_str(), current);
  std::fflush(stdout);
  std::_Exit(1);
}

void tell(const std::string& what) {
  if (is_telling) std::puts(what.c_str());
}

}  // namespace simulation

int main(int argc, char** argv) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) {
    std::signal(signal, simulation::on_crash);
  }
  if (argc == 3) return simulation::run(argv[1], argv[2]);
  if (argc != 2) return 2;
  simulation::is_telling = true;
  simulation::play(std::strtoull(argv[1], nullptr, 10));
  std::puts("nothing found");
}
