#pragma once

#include <limits>

/// System faults, injected below the library: one call, or every other call, of one kind fails,
/// does less than asked, or reports something wrong.
///
/// Calls of all threads are counted and can fail, except those of threads with an Unharmed.
namespace faults {

enum class Call {
  receive,
  send,
  accept,
  wait,
  eventfd,
  epoll_ctl,
  thread,
  memory,  ///< operator new: throws std::bad_alloc as many times in a row as the effect says
};

/// The effect of a call: it fails with an errno (above 0), or one of these.
inline constexpr int one_byte = -1;     ///< receives or sends a single byte
inline constexpr int false_ready = -2;  ///< reports that everything waited for is ready
inline constexpr int every_other = 0;   ///< for `number`
inline constexpr int never = std::numeric_limits<int>::max();  ///< for `number`: calls are counted

struct Fault {
  Call call = Call::receive;
  int effect = 0;
  int number = 1;  ///< which call from now on: 1 is the next; every_other: the 1st, 3rd, ...
};

/// Activates this fault and no other.
void inject(const Fault& fault);
/// Deactivates the fault. Returns how often it has happened.
int stop();
/// The number of calls of its kind, failed or not.
int calls_of_its_kind();

/// While it lives, this thread's calls do not fail.
class Unharmed {
 public:
  Unharmed();
  ~Unharmed();
  Unharmed(const Unharmed&) = delete;
  Unharmed& operator=(const Unharmed&) = delete;
};

}  // namespace faults
