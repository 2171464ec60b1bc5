#pragma once

#include <string_view>
#include <system_error>

namespace sockclient {

/// Why something failed, in a word that programs can compare.
enum class Reason {
  refused,
  timeout,
  reset,
  closed,  ///< by the server
  name,    ///< the host was not found
  wrong,   ///< received text is not what was expected
  tls,     ///< a certificate that is not trusted, or a connection that was cut
  other,
};

std::string_view to_string(Reason reason);

/// For an error that the library has thrown.
Reason reason_of(std::error_code error);

}  // namespace sockclient
