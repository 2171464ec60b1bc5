#include "own_faults.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include "event_output.hpp"
#include "output.hpp"
#include "program/fault_option.hpp"

namespace sockclient {
namespace {

using sock::Clock;
using sock::Fault;
using Verdict = sock::FaultyEnd::Verdict;

// TCP keeps bytes until the peer's system acknowledges them.
bool is_on_its_way(const sock::Stream& stream) {
  int bytes = 0;
  return ::ioctl(stream.native_handle(), TIOCOUTQ, &bytes) == 0 && bytes > 0;
}

void reset_at_close(const sock::Stream& stream) {
  const linger none{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(stream.native_handle(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

}  // namespace

std::string_view OwnFaults::change(std::string_view& text, sock::Stream& stream) {
  const auto verdict = end_.judge(text, Clock::now());
  tell();
  switch (verdict.kind) {
    case Verdict::Kind::proceed:
    case Verdict::Kind::send:
      return end_.output();
    case Verdict::Kind::discard:
      text = {};
      return {};
    case Verdict::Kind::wait:
      resumes_ = verdict.until;
      return {};
    case Verdict::Kind::close:
      end_.finish();
      ends_with_ = Fault::close;
      return {};
    case Verdict::Kind::reset:
      while (is_on_its_way(stream)) {
        const auto until = end_.waits_until(Clock::now());
        if (!until) break;
        sock::wait_for(stream.native_handle(), 0, *until);
      }
      end_.finish();
      reset_at_close(stream);
      ends_with_ = Fault::reset;
      return {};
  }
  return {};
}

void OwnFaults::tell() {
  while (const auto done = end_.take_news()) {
    report(options_, "fault: " + program::words_of(*done, options_.faults));
    if (!options_.json) continue;
    write_event(options_, "fault", [&](program::Event& event) {
      event.field("fault", program::to_text(*done, options_.faults));
    });
  }
}

}  // namespace sockclient
