#pragma once

#include <asio/error_code.hpp>
#include <cerrno>
#include <system_error>

namespace sock {

/// The error of the last system call.
inline std::error_code last_error() { return {errno, std::system_category()}; }

/// An error of the system as Asio gives it, in the standard's category. Asio has one of its own,
/// which does not know all of std::errc.
inline std::error_code of_system(asio::error_code ec) {
  return {ec.value(), std::system_category()};
}

}  // namespace sock
