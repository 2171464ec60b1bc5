#pragma once

#include <optional>
#include <string_view>

#include "options.hpp"
#include "sock/faulty_end.hpp"
#include "sock/stream.hpp"
#include "sock/wait.hpp"

namespace sockclient {

/// --fault: what the client does wrong, on purpose, on one connection.
class OwnFaults {
 public:
  /// `options` outlive it.
  explicit OwnFaults(const Options& options) : options_(options), end_(options.faults) {}

  /// What is to be sent of `text` now, in its place; nothing: it is to be tried again at resumes(),
  /// or was thrown away, and `text` is empty; or ends_with() says why.
  std::string_view change(std::string_view& text, sock::Stream& stream);
  void sent(std::size_t bytes) { end_.sent(bytes, sock::Clock::now()); }

  /// What ends the connection now: a close, or a reset, which closing the stream will be.
  std::optional<sock::Fault> ends_with() const { return ends_with_; }
  bool is_deaf() const { return end_.is_deaf(); }
  sock::Clock::time_point resumes() const { return resumes_; }

 private:
  void tell();

  const Options& options_;
  sock::FaultyEnd end_;
  sock::Clock::time_point resumes_{};
  std::optional<sock::Fault> ends_with_;
};

}  // namespace sockclient
