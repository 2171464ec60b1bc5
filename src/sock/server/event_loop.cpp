#include "server/event_loop.hpp"

#include <sys/timerfd.h>

#include <asio/post.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace sock {
namespace {

// Clients that have a turn before the loop looks for events again: accepting, timers, other
// clients.
constexpr int most_turns = 32;

int make_timer() {
  const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::system_category(), "cannot make a timer");
  return fd;
}

}  // namespace

void ServedQueue::push(std::shared_ptr<Served> one) noexcept {
  Served* const last = one.get();
  (last_ == nullptr ? first_ : last_->next_) = std::move(one);
  last_ = last;
}

void ServedQueue::append(ServedQueue& other) noexcept {
  if (other.is_empty()) return;
  (last_ == nullptr ? first_ : last_->next_) = std::move(other.first_);
  last_ = std::exchange(other.last_, nullptr);
}

std::shared_ptr<Served> ServedQueue::pop() noexcept {
  std::shared_ptr<Served> one = std::move(first_);
  if (one == nullptr) return one;
  first_ = std::move(one->next_);
  if (first_ == nullptr) last_ = nullptr;
  one->is_queued_.store(false);
  return one;
}

EventLoop::EventLoop(int hint)
    : context_(hint),
      wake_descriptor_(context_, wake_.fd()),
      time_descriptor_(context_, make_timer()) {
  prepare_for_sockets(context_);
  await_wake();
  await_time();
}

EventLoop::~EventLoop() {
  wake_descriptor_.release();  // it is wake_'s
  while (queue_.pop() != nullptr || from_others_.pop() != nullptr) continue;
}

// Afterwards the loop may be another thread's, and this one is to reach it as all others do.
class EventLoop::OnThisThread {
 public:
  explicit OnThisThread(EventLoop& loop) : thread_(loop.thread_) {
    thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  }
  OnThisThread(const OnThisThread&) = delete;
  OnThisThread& operator=(const OnThisThread&) = delete;
  ~OnThisThread() { thread_.store({}, std::memory_order_relaxed); }

 private:
  std::atomic<std::thread::id>& thread_;
};

void EventLoop::run() {
  const OnThisThread here(*this);
  context_.run();
}

bool EventLoop::run_one() {
  const OnThisThread here(*this);
  return context_.run_one() > 0;
}

void EventLoop::soon(const std::shared_ptr<Served>& one) noexcept {
  if (!ServedQueue::claim(*one)) return;
  if (is_own_thread()) {
    queue_.push(one);
    return schedule();
  }
  {
    const std::lock_guard lock(mutex_);
    const bool was_empty = from_others_.is_empty();
    from_others_.push(one);
    if (!was_empty) return;
  }
  wake_.notify();
}

// One posted handler a turn, however many go on in it. A chat line said to a thousand members is
// noted for all of them first; in the next turn each member gets what has gathered in one send.
void EventLoop::schedule() {
  if (std::exchange(is_scheduled_, true)) return;
  asio::post(context_, WithMemory(turn_memory_, [this] { take_turn(); }));
}

void EventLoop::take_turn() {
  is_scheduled_ = false;
  for (int i = 0; i < most_turns; ++i) {
    auto one = queue_.pop();
    if (one == nullptr) return;
    if (one->proceed() && ServedQueue::claim(*one)) queue_.push(std::move(one));
  }
  if (!queue_.is_empty()) schedule();
}

void EventLoop::await_wake() {
  wake_descriptor_.async_wait(Descriptor::wait_read,
                              WithMemory(wake_memory_, [this](asio::error_code ec) {
                                if (ec) return;
                                wake_.clear();
                                await_wake();
                                const std::lock_guard lock(mutex_);
                                queue_.append(from_others_);
                                if (!queue_.is_empty()) schedule();
                              }));
}

void EventLoop::await_time() {
  time_descriptor_.async_wait(
      Descriptor::wait_read, WithMemory(time_memory_, [this](asio::error_code ec) {
        if (ec) return;
        std::uint64_t times = 0;
        static_cast<void>(::read(time_descriptor_.native_handle(), &times, sizeof times));
        timer_ = no_deadline;
        await_time();
        const auto now = Clock::now();
        while (Timed* const one = deadlines_.take(now)) one->due();
        set_timer();
      }));
}

void EventLoop::set_deadline(Timed& one, Clock::time_point when) {
  deadlines_.set(one, when);
  set_timer();
}

// Set only when something is due earlier than it says; a time that nobody waits for any more costs
// one event for nothing.
void EventLoop::set_timer() {
  const auto first = deadlines_.first();
  if (first >= timer_) return;
  timer_ = first;
  using namespace std::chrono;
  const auto left = std::max<nanoseconds>(first - Clock::now(), nanoseconds(1));
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(duration_cast<seconds>(left).count());
  when.it_value.tv_nsec = static_cast<long>((left % seconds(1)).count());
  ::timerfd_settime(time_descriptor_.native_handle(), 0, &when, nullptr);
}

}  // namespace sock
