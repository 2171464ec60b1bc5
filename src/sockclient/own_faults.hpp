#pragma once

#include <string_view>

#include "options.hpp"
#include "sock/faulty_end.hpp"
#include "sock/stream.hpp"

namespace sockclient {

/// --fault: what the client does wrong, on purpose, on one connection.
class OwnFaults {
 public:
  /// `options` outlive it.
  explicit OwnFaults(const Options& options) : options_(options), end_(options.faults) {}

  /// What is to be sent of `text` now, in its place; nothing: it is to be tried again at resumes(),
  /// or was thrown away, and `text` is empty. Throws Failure, with status 0, when the faults end
  /// the connection with a reset; at its end with is_closing().
  std::string_view change(std::string_view& text, sock::Stream& stream);
  void sent(std::size_t bytes) { end_.sent(bytes, sock::Clock::now()); }

  /// The stream is to end now.
  bool is_closing() const { return is_closing_; }
  bool is_deaf() const { return end_.is_deaf(); }
  sock::Clock::time_point resumes() const { return resumes_; }

 private:
  void tell();

  const Options& options_;
  sock::FaultyEnd end_;
  sock::Clock::time_point resumes_{};
  bool is_closing_ = false;
};

}  // namespace sockclient
