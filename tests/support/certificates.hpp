#pragma once

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "layers/tls_context.hpp"
#include "support/temporary_folder.hpp"

/// Certificate files for a test: an authority, and the certificates that it signs.
class Certificates {
 public:
  struct Asked {
    std::string name;              ///< the common name
    std::string names{};           ///< in OpenSSL's form: `DNS:localhost,IP:127.0.0.1`
    long from = -3600, to = 3600;  ///< in seconds from now
  };

  explicit Certificates(std::string authority = "test authority") : name_(std::move(authority)) {
    authority_ = make({.name = name_}, nullptr);
  }

  /// PEM: only the certificate.
  std::string authority() const { return folder_ / (name_ + ".pem"); }
  /// PEM: the certificate and its key.
  std::string sign(const Asked& asked) {
    make(asked, &authority_);
    return folder_ / (asked.name + ".pem");
  }

 private:
  struct Made {
    sock::TlsOwned<EVP_PKEY> key;
    sock::TlsOwned<X509> certificate;
  };

  static void require(bool is_well) {
    if (!is_well) throw std::runtime_error("cannot make a certificate");
  }

  static void add(X509* to, int kind, const std::string& value) {
    X509_EXTENSION* const one = ::X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    require(one != nullptr && ::X509_add_ext(to, one, -1) == 1);
    ::X509_EXTENSION_free(one);
  }

  // Without an issuer, the certificate signs itself: an authority.
  Made make(const Asked& asked, const Made* issuer) {
    Made made{sock::TlsOwned<EVP_PKEY>(EVP_EC_gen("P-256")), sock::TlsOwned<X509>(::X509_new())};
    X509* const it = made.certificate.get();
    require(made.key && it != nullptr);
    X509_NAME* const subject = ::X509_get_subject_name(it);
    const auto* name = reinterpret_cast<const unsigned char*>(asked.name.c_str());
    require(::X509_set_version(it, 2) == 1 &&
            ::ASN1_INTEGER_set(::X509_get_serialNumber(it), ++serial_) == 1 &&
            ::X509_gmtime_adj(::X509_getm_notBefore(it), asked.from) != nullptr &&
            ::X509_gmtime_adj(::X509_getm_notAfter(it), asked.to) != nullptr &&
            ::X509_set_pubkey(it, made.key.get()) == 1 &&
            ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1);
    const X509* const above = issuer != nullptr ? issuer->certificate.get() : it;
    require(::X509_set_issuer_name(it, ::X509_get_subject_name(above)) == 1);
    add(it, NID_basic_constraints, issuer != nullptr ? "CA:FALSE" : "critical,CA:TRUE");
    if (!asked.names.empty()) add(it, NID_subject_alt_name, asked.names);
    EVP_PKEY* const signs = issuer != nullptr ? issuer->key.get() : made.key.get();
    require(::X509_sign(it, signs, ::EVP_sha256()) > 0);
    write(asked.name, it, issuer != nullptr ? made.key.get() : nullptr);
    return made;
  }

  void write(const std::string& name, X509* certificate, EVP_PKEY* key) const {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        std::fopen((folder_ / (name + ".pem")).c_str(), "w"), std::fclose);
    require(file != nullptr && ::PEM_write_X509(file.get(), certificate) == 1);
    require(key == nullptr ||
            ::PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  }

  const std::string name_;
  TemporaryFolder folder_;
  long serial_ = 0;
  Made authority_;
};
