#include "step_report.hpp"

#include <string>

#include "event_output.hpp"
#include "output.hpp"

namespace sockclient {
namespace {

void add_connect_time(program::Event& event, const Wire& wire) {
  if (const auto time = wire.connect_time()) event.decimal("connect_us", microseconds(*time));
}

}  // namespace

StepReport::StepReport(const Options& options) : options_(options), screen_(screen_for(options)) {}

void StepReport::connected(const Wire& wire) {
  if (!options_.json || !wire.connect_time()) return;
  write_event(options_, "connected", [&](auto& event) { add_connect_time(event, wire); });
}

void StepReport::sent(std::string_view text) {
  ++sent_;
  if (options_.json) tell("sent", text);
}

void StepReport::received(std::string_view message) {
  ++received_;
  if (options_.json) return tell("received", message);
  show(std::string(message) + "\n");
}

void StepReport::show(std::string_view text) { write_out(screen_.show(text)); }

void StepReport::finish(const Wire& wire) {
  write_out(screen_.finish());
  if (!options_.json) return;
  write_event(options_, "summary", [&](auto& event) {
    event.field("sent", sent_).field("received", received_);
    add_connect_time(event, wire);
    if (const auto rtt = wire.system_rtt()) {
      event.decimal("kernel_rtt_us", microseconds(*rtt));
    }
  });
}

void StepReport::tell(std::string_view name, std::string_view text) {
  write_event(options_, name, [text](auto& event) { event.whole_text(text); });
}

}  // namespace sockclient
