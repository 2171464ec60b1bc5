#include "layers/tls_words.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

#include "sock/escape.hpp"

namespace sock {
namespace {

std::string_view peer_of(const SSL* ssl) {
  return ::SSL_is_server(ssl) != 0 ? "the client" : "the server";
}

// The number of the alert if the error is an alert of the peer; else 0.
int alert_in(unsigned long error) {
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return 0;
  const int reason = ERR_GET_REASON(error);
  return reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256
             ? reason - SSL_AD_REASON_OFFSET
             : 0;
}

TlsFailure failure_by(const SSL* ssl, int alert) {
  const std::string peer(peer_of(ssl));
  const std::string name = ::SSL_alert_desc_string_long(alert);
  switch (alert) {
    case SSL_AD_UNKNOWN_CA:
      return {peer + " does not trust us: unknown CA"};
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
      return {peer + " does not trust us: " + name};
    case SSL_AD_PROTOCOL_VERSION:
      return {"no common version"};
    case SSL_AD_CERTIFICATE_REQUIRED:
      return {peer + " wants a certificate", TlsTrouble::no_certificate};
    default:
      return {peer + " has ended it: " + name};
  }
}

TlsFailure failure_of_verdict(const SSL* ssl) {
  const std::string certificate = std::string(peer_of(ssl)) + "'s certificate";
  const long verdict = ::SSL_get_verify_result(ssl);
  switch (verdict) {
    case X509_V_ERR_APPLICATION_VERIFICATION:
      return {certificate + " is not that of the pin", TlsTrouble::wrong_pin};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {certificate + " is for another name", TlsTrouble::wrong_name};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return {certificate + " is signed by nobody but itself", TlsTrouble::no_trust};
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return {certificate + " is signed by an authority that is not trusted here",
              TlsTrouble::no_trust};
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {certificate + " has expired"};
    default:
      return {certificate + " is not trusted: " + ::X509_verify_cert_error_string(verdict)};
  }
}

template <typename Write>
std::string written(Write write) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> bio(::BIO_new(::BIO_s_mem()), ::BIO_free);
  if (bio == nullptr) return {};
  write(bio.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string address_of(const ASN1_OCTET_STRING* octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int size = ::ASN1_STRING_length(octets);
  if (size != sizeof(in_addr) && size != sizeof(in6_addr)) return {};
  const int family = size == sizeof(in_addr) ? AF_INET : AF_INET6;
  ::inet_ntop(family, ::ASN1_STRING_get0_data(octets), text.data(), text.size());
  return text.data();
}

}  // namespace

std::string last_tls_error() {
  const unsigned long error = ::ERR_peek_last_error();
  ::ERR_clear_error();
  const char* const reason = ::ERR_reason_error_string(error);
  return reason == nullptr ? "unknown error" : reason;
}

TlsFailure why_tls_failed(const SSL* ssl) {
  unsigned long error = ::ERR_peek_error();
  // For a wrong signature, the first error is from OpenSSL's crypto library, and the last from TLS.
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) error = ::ERR_peek_last_error();
  const std::string words = last_tls_error();
  if (const int alert = alert_in(error)) return failure_by(ssl, alert);
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return {words};
  switch (ERR_GET_REASON(error)) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return failure_of_verdict(ssl);
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return {"the client has no certificate"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_VERSION_TOO_LOW:
      return {"no common version"};
    case SSL_R_NO_SHARED_CIPHER:
      return {"no common cipher"};
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_BAD_RECORD_TYPE:
    case SSL_R_RECORD_LENGTH_MISMATCH:
    case SSL_R_LENGTH_MISMATCH:
      return {"what came is not TLS (" + words + ")"};
    case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC:
      return {"what came was changed on its way (" + words + ")"};
    default:
      return {words};
  }
}

std::string subject_of(const X509* certificate) {
  return escaped(written([&](BIO* bio) {
    ::X509_NAME_print_ex(bio, ::X509_get_subject_name(certificate), 0,
                         XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  }));
}

std::string names_of(const X509* certificate) {
  std::string text;
  auto* names = static_cast<GENERAL_NAMES*>(
      ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    int type = 0;
    const void* const value = ::GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
    const auto* const string = static_cast<const ASN1_STRING*>(value);
    std::string name;
    if (type == GEN_DNS) {
      name.assign(reinterpret_cast<const char*>(::ASN1_STRING_get0_data(string)),
                  static_cast<std::size_t>(::ASN1_STRING_length(string)));
    } else if (type == GEN_IPADD) {
      name = address_of(string);
    }
    if (!name.empty()) text += (text.empty() ? "" : ", ") + escaped(name);
  }
  ::GENERAL_NAMES_free(names);
  return text;
}

std::string expiry_of(const X509* certificate) {
  std::tm time{};
  if (::ASN1_TIME_to_tm(::X509_get0_notAfter(certificate), &time) != 1) return {};
  std::array<char, 32> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &time);
  return {text.data(), size};
}

}  // namespace sock
