#pragma once

#include <string>
#include <vector>

#include "layers/tls_context.hpp"

namespace sock {

/// A self-signed certificate with its key (P-256), for these names and addresses, valid from one
/// hour ago until one day from now.
struct OwnCertificate {
  TlsOwned<EVP_PKEY> key;
  TlsOwned<X509> certificate;
};

/// Throws std::runtime_error.
OwnCertificate make_certificate(const std::vector<std::string>& names);

}  // namespace sock
