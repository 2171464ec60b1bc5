#include "server/linger_async.hpp"

#include <asio/steady_timer.hpp>
#include <exception>
#include <memory>
#include <utility>

namespace sock {
namespace {

class Lingering : public std::enable_shared_from_this<Lingering> {
 public:
  Lingering(TcpSocket& socket, const LingeringClose& closing, std::function<bool()> is_cut,
            std::function<void()> on_done)
      : socket_(socket),
        closing_(closing),
        timer_(socket.get_executor()),
        is_cut_(std::move(is_cut)),
        on_done_(std::move(on_done)) {}

  void start() {
    if (is_over()) return;
    if (closing_.is_woken_by_input()) wait_for_input();
    wait_for_time();
  }

 private:
  void wait_for_input() {
    socket_.async_wait(TcpSocket::wait_read, [self = shared_from_this()](asio::error_code ec) {
      if (!ec) self->again(&Lingering::wait_for_input);
    });
  }

  void wait_for_time() {
    timer_.expires_at(closing_.look_again());
    timer_.async_wait([self = shared_from_this()](asio::error_code ec) {
      if (!ec) self->again(&Lingering::wait_for_time);
    });
  }

  void again(void (Lingering::*wait)()) noexcept try {
    if (!is_over()) (this->*wait)();
  } catch (const std::exception&) {  // no memory for waiting
    finish();
  }

  bool is_over() {
    if (!over_ && (is_cut_() || closing_.done())) finish();
    return over_;
  }

  void finish() noexcept {
    if (std::exchange(over_, true)) return;
    timer_.cancel();
    std::exchange(on_done_, {})();
  }

  TcpSocket& socket_;
  LingeringClose closing_;
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, TcpSocket::executor_type> timer_;
  std::function<bool()> is_cut_;
  std::function<void()> on_done_;
  bool over_ = false;
};

}  // namespace

void linger_async(TcpSocket& socket, const LingeringClose& closing, std::function<bool()> is_cut,
                  std::function<void()> on_done) {
  std::make_shared<Lingering>(socket, closing, std::move(is_cut), std::move(on_done))->start();
}

}  // namespace sock
