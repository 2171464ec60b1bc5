#include "server/traffic.hpp"

#include <algorithm>

namespace sock {

void Traffic::read(std::string_view bytes) {
  note_activity();
  connection_.bytes_in.add(bytes.size());
  if (budget_ != no_limit) budget_ -= bytes.size();
  observer_.read(connection_.client, bytes);
}

void Traffic::wrote(std::string_view bytes) {
  note_activity();
  connection_.bytes_out.add(bytes.size());
  observer_.wrote(connection_.client, bytes);
}

std::size_t Traffic::allowance() {
  const auto cause = connection_.cause();
  if (cause && budget_ == no_limit) {
    asio::error_code ec;
    budget_ = cause == End::stopped ? connection_.socket.available(ec) : 0;
  }
  return std::min(budget_, read_size);
}

void Traffic::note_activity() {
  const auto moved = connection_.bytes_in.value() + connection_.bytes_out.value();
  if (moved == 0) observer_.active(connection_.client);
}

}  // namespace sock
