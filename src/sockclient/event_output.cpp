#include "event_output.hpp"

#include <fmt/format.h>

#include <chrono>
#include <exception>

namespace sockclient {

void write_failure(const Options& options, const Failure& failure) noexcept {
  if (options.json) try {
      write_event(options, "failed", [&failure](program::Event& event) {
        event.field("reason", to_string(failure.reason)).field("text", failure.what());
      });
    } catch (const OutputClosed&) {  // stdout has no reader
    } catch (const std::exception&) {
    }
}

std::string to_text(sock::Clock::duration time) {
  constexpr double thousand = 1000;
  const double us = microseconds(time);
  // A value that would be rounded to 1000 is shown in the next unit.
  if (us < thousand - 0.05) return fmt::format("{:.1f} us", us);
  if (us < thousand * (thousand - 0.005)) return fmt::format("{:.2f} ms", us / thousand);
  return fmt::format("{:.2f} s", us / thousand / thousand);
}

double microseconds(sock::Clock::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

}  // namespace sockclient
