#pragma once

#include <asio/error_code.hpp>
#include <cerrno>
#include <string>
#include <system_error>

namespace sock {

/// The error of the last system call.
inline std::error_code last_error() { return {errno, std::system_category()}; }

/// A system error from Asio, in the standard's category. Asio's own category does not know all of
/// std::errc.
inline std::error_code of_system(asio::error_code ec) {
  return {ec.value(), std::system_category()};
}

/// An error with a note after the system's reason: `WHAT: reason (tried ...)`.
class NotedError final : public std::system_error {
 public:
  NotedError(std::error_code ec, const std::string& what, const std::string& note)
      : system_error(ec, what), text_(system_error::what() + note) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

}  // namespace sock
