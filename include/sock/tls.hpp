#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sock {

/// Whether the library was built with OpenSSL. Without it, a TlsContext cannot be made.
bool has_tls() noexcept;

/// How a server proves its identity, and which clients it accepts.
struct TlsServerOptions {
  std::string certificate{};  ///< PEM file: the certificate and its chain
  std::string key{};          ///< PEM file; may be the same file
  std::string client_ca{};    ///< PEM file: if set, clients need a certificate of these authorities
  /// Without files, a certificate is made for these names and addresses, valid for one day.
  std::vector<std::string> names{};
  std::string key_log{};  ///< file to append secrets to (SSLKEYLOGFILE of NSS); empty: none
};

/// Which servers a client trusts, and how it proves its identity.
struct TlsClientOptions {
  std::string ca{};  ///< PEM file: the trusted authorities; empty: those of the system
  /// Instead of name and authority: SHA-256 of the server's DER certificate, from parse_pin().
  std::string pin{};
  std::string certificate{};
  std::string key{};
  std::vector<std::string> protocols{};  ///< offered by ALPN (RFC 7301)
  std::string key_log{};
};

/// What many connections share: certificates, trust, TLS 1.2 or newer. Thread-safe.
class TlsContext {
 public:
  /// Throws std::runtime_error, which says what is wrong with which file, or that the library was
  /// built without TLS.
  static std::shared_ptr<const TlsContext> for_server(const TlsServerOptions& options);
  static std::shared_ptr<const TlsContext> for_client(const TlsClientOptions& options);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  /// `sha256:` and 64 hexadecimal digits, of our own certificate; empty if there is none.
  const std::string& pin() const;

  struct Impl;  // for the library only

 private:
  friend class TlsEngine;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The 32 bytes of `sha256:HEX`; colons between the digits are allowed. Throws
/// std::invalid_argument.
std::string parse_pin(std::string_view text);

/// The result of a handshake.
struct TlsSummary {
  std::string_view version{};      ///< `TLSv1.3`; always valid, as is `cipher`
  std::string_view cipher{};       ///< `TLS_AES_256_GCM_SHA384`
  std::string server_name{};       ///< the name that the client asked for (SNI), escaped
  std::string peer_certificate{};  ///< its subject, escaped; empty: no certificate
};

/// More about a handshake.
struct TlsDetails {
  std::string peer_names{};   ///< names and addresses in the peer's certificate, separated by `, `
  std::string peer_expiry{};  ///< `2027-01-31 12:00:00 UTC`
  std::string peer_pin{};     ///< as TlsContext::pin()
  std::string protocol{};     ///< by ALPN, escaped
  bool is_resumed = false;    ///< an earlier session was resumed
};

/// Why a connection failed, for the cases in which a program can help.
enum class TlsTrouble {
  other,
  not_tls,         ///< the peer speaks something else
  no_trust,        ///< no trusted authority has signed the peer's certificate
  wrong_name,      ///< the peer's certificate is for another name
  wrong_pin,       ///< the peer's certificate does not match the pin
  no_certificate,  ///< the peer requires a certificate of ours
};

/// One end of a TLS connection without its socket: cipher text in, plain text and cipher text out.
///
/// Bytes to be sent are appended to `out`, also by receive(). One thread at a time.
class TlsEngine {
 public:
  enum class State {
    handshaking,
    open,
    peer_ended,  ///< by close_notify; we can still send
    failed,      ///< failure() says why; `out` may hold an alert for the peer
  };

  /// A server's or a client's end, as `context` was made for. For a client, `host` is the name or
  /// address that the certificate must be for; a name is also sent to the server (SNI). `host` may
  /// be empty if there is a pin. Throws std::bad_alloc, or std::runtime_error if `host` is not
  /// valid.
  explicit TlsEngine(std::shared_ptr<const TlsContext> context, const std::string& host = {});
  TlsEngine(TlsEngine&&) noexcept;
  TlsEngine& operator=(TlsEngine&&) noexcept;
  ~TlsEngine();

  /// Starts the handshake: a client appends its first message, a server does nothing.
  void start(std::string& out);

  struct Received {
    std::size_t taken = 0;  ///< bytes of the input that are used up
    /// Bytes of plain text in the buffer; 0: all input is taken, or state() has changed.
    std::size_t bytes = 0;
  };
  /// The bytes of room that receive() needs for plain text; during the handshake, none.
  static constexpr std::size_t record_size = 16 * 1024;
  /// Takes input until it has the plain text of one record, the input ends, or state() changes.
  Received receive(std::string_view in, std::span<char> plain, std::string& out);

  /// Call it in state `open` or `peer_ended`. Throws std::runtime_error if the connection has
  /// failed.
  void send(std::string_view plain, std::string& out);
  /// Tells the peer that we send no more (close_notify). A second call does nothing.
  void end(std::string& out);

  State state() const;
  /// In state `failed`: the reason in words; text from the peer is escaped.
  const std::string& failure() const;
  TlsTrouble trouble() const;
  /// Valid once state() is `open`.
  TlsSummary summary() const;
  TlsDetails details() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
