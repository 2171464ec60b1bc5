#include "layers/own_certificate.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <stdexcept>

#include "layers/tls_words.hpp"
#include "net/socket_address.hpp"

namespace sock {
namespace {

constexpr long hour = 3600;  // seconds
constexpr long day = 24 * hour;
constexpr long version_3 = 2;  // counted from 0 (RFC 5280, 4.1.2.1)

void require_made(bool is_well) {
  if (!is_well) throw std::runtime_error("cannot make a certificate: " + last_tls_error());
}

// In the form of OpenSSL's configuration files. Skips names with other characters: they cannot be
// host names.
std::string alternative_names(const std::vector<std::string>& names) {
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:";
  std::string text;
  for (const auto& name : names) {
    if (name.empty() || name.find_first_not_of(allowed) != name.npos) continue;
    if (!text.empty()) text += ",";
    text += (is_numeric_address(name) ? "IP:" : "DNS:") + name;
  }
  return text;
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX about{};
  X509V3_set_ctx(&about, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = ::X509V3_EXT_conf_nid(nullptr, &about, kind, value.c_str());
  require_made(extension != nullptr);
  const bool is_well = ::X509_add_ext(certificate, extension, -1) == 1;
  ::X509_EXTENSION_free(extension);
  require_made(is_well);
}

}  // namespace

OwnCertificate make_certificate(const std::vector<std::string>& names) {
  TlsOwned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  require_made(key != nullptr);
  TlsOwned<X509> certificate(::X509_new());
  require_made(certificate != nullptr);
  X509* const it = certificate.get();
  std::uint64_t serial = 0;
  require_made(::RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  require_made(::X509_set_version(it, version_3) == 1 &&
               ::ASN1_INTEGER_set_uint64(::X509_get_serialNumber(it), serial >> 1 | 1) == 1 &&
               ::X509_gmtime_adj(::X509_getm_notBefore(it), -hour) != nullptr &&
               ::X509_gmtime_adj(::X509_getm_notAfter(it), day) != nullptr &&
               ::X509_set_pubkey(it, key.get()) == 1);
  X509_NAME* const subject = ::X509_get_subject_name(it);
  const std::string common = "sockserver";
  require_made(::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                            reinterpret_cast<const unsigned char*>(common.data()),
                                            static_cast<int>(common.size()), -1, 0) == 1 &&
               ::X509_set_issuer_name(it, subject) == 1);
  add_extension(it, NID_basic_constraints, "critical,CA:FALSE");
  if (const auto text = alternative_names(names); !text.empty()) {
    add_extension(it, NID_subject_alt_name, text);
  }
  require_made(::X509_sign(it, key.get(), ::EVP_sha256()) > 0);
  return {std::move(key), std::move(certificate)};
}

}  // namespace sock
