#include "tcp_report.hpp"

#include "program/tcp_words.hpp"

namespace sockclient {
namespace {

constexpr std::chrono::milliseconds interval{100};

}  // namespace

void TcpReport::look(const sock::Stream& stream) {
  const auto info = stream.tcp_info();
  if (!info) return;
  const auto now = sock::Clock::now();
  next_look_ = now + interval;
  narrator_.see(*info, now);
  tell();
}

void TcpReport::ending(const sock::Stream& stream) {
  look(stream);
  narrator_.ending();
}

void TcpReport::finish(const sock::Stream& stream, bool is_lost) {
  const auto info = stream.tcp_info();
  if (!info) return;
  narrator_.see_last(*info, sock::Clock::now(), is_lost);
  tell();
}

void TcpReport::tell() {
  while (const auto change = narrator_.next()) tell_(program::words_of(*change));
}

}  // namespace sockclient
