#pragma once

#include <optional>
#include <string_view>

#include "options.hpp"
#include "sock/faulty_end.hpp"
#include "sock/stream.hpp"
#include "sock/wait.hpp"

namespace sockclient {

/// --fault: the faults of the client, on purpose, on one connection.
class OwnFaults {
 public:
  /// `options` outlive it.
  explicit OwnFaults(const Options& options) : options_(options), end_(options.faults) {}

  /// Returns the bytes to send now instead of `text`. Empty: try again at resumes(); or the text
  /// was discarded, and `text` is empty; or ends_with() tells the reason.
  std::string_view change(std::string_view& text, sock::Stream& stream);
  void sent(std::size_t bytes) { end_.sent(bytes, sock::Clock::now()); }

  /// The fault that ends the connection now: a close, or a reset when the stream is closed.
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
