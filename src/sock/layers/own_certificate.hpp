#pragma once

#include <string>
#include <vector>

#include "layers/tls_context.hpp"

namespace sock {

/// A certificate that is signed by nobody but itself, with its key (P-256): for these names and
/// addresses, from an hour ago for a day and an hour.
struct OwnCertificate {
  TlsOwned<EVP_PKEY> key;
  TlsOwned<X509> certificate;
};

/// Throws std::runtime_error.
OwnCertificate make_certificate(const std::vector<std::string>& names);

}  // namespace sock
