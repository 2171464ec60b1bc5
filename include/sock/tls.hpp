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

/// How a server proves who it is, and whom it lets in.
struct TlsServerOptions {
  std::string certificate{};  ///< PEM file: the certificate and those above it
  std::string key{};          ///< PEM file, may be the same one
  std::string client_ca{};  ///< PEM file: whoever signs clients' certificates, which are asked for
  /// In place of files: a certificate is made, for these names and addresses and one day.
  std::vector<std::string> names{};
  std::string key_log{};  ///< file to which secrets are appended (SSLKEYLOGFILE of NSS); or none
};

/// Whom a client trusts, and how it proves who it is.
struct TlsClientOptions {
  std::string ca{};  ///< PEM file: whoever may sign the server's certificate; empty: the system's
  /// In place of name and authority: SHA-256 of the server's DER certificate, as of parse_pin().
  std::string pin{};
  std::string certificate{};
  std::string key{};
  std::vector<std::string> protocols{};  ///< offered by ALPN (RFC 7301)
  std::string key_log{};
};

/// What many connections have in common: certificates, trust, TLS 1.2 or newer. Thread-safe.
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

  struct Impl;  // the library's

 private:
  friend class TlsEngine;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The 32 bytes of `sha256:HEX`, where colons may stand between digits. Throws
/// std::invalid_argument.
std::string parse_pin(std::string_view text);

/// What was agreed upon in a handshake.
struct TlsSummary {
  std::string_view version{};      ///< `TLSv1.3`; valid for ever, as `cipher`
  std::string_view cipher{};       ///< `TLS_AES_256_GCM_SHA384`
  std::string server_name{};       ///< that the client asked for (SNI), escaped
  std::string peer_certificate{};  ///< its subject, escaped; empty: it has none
};

/// What else is known of it.
struct TlsDetails {
  std::string peer_names{};   ///< of the peer's certificate: names and addresses, `, ` between them
  std::string peer_expiry{};  ///< `2027-01-31 12:00:00 UTC`
  std::string peer_pin{};     ///< as TlsContext::pin()
  std::string protocol{};     ///< by ALPN, escaped
  bool is_resumed = false;    ///< of an earlier session
};

/// Why a connection failed, as far as a program can help.
enum class TlsTrouble {
  other,
  not_tls,         ///< the peer speaks something else
  no_trust,        ///< nobody that is trusted has signed the peer's certificate
  wrong_name,      ///< the peer's certificate is for another name
  wrong_pin,       ///< the peer's certificate is another one
  no_certificate,  ///< the peer wants one of ours
};

/// One end of a TLS connection without its socket: cipher text in, plain text and cipher text out.
///
/// Whatever is to be sent is appended to `out`, also by receive(). One thread at a time.
class TlsEngine {
 public:
  enum class State {
    handshaking,
    open,
    peer_ended,  ///< by close_notify; we can still send
    failed,      ///< failure() says why; what is in `out` tells the peer
  };

  /// One end of the kind that `context` was made for. Of a client, `host` is the name or address
  /// that the certificate has to be for, and the name that is asked for; it may be empty if there
  /// is a pin. Throws std::bad_alloc, or std::runtime_error if `host` cannot be one.
  explicit TlsEngine(std::shared_ptr<const TlsContext> context, const std::string& host = {});
  TlsEngine(TlsEngine&&) noexcept;
  TlsEngine& operator=(TlsEngine&&) noexcept;
  ~TlsEngine();

  /// A client speaks first: its part of the handshake. A server does nothing.
  void start(std::string& out);

  struct Received {
    std::size_t taken = 0;  ///< bytes of the input that are done with
    std::size_t bytes =
        0;  ///< plain text in the buffer; 0: all input is taken, or state() has changed
  };
  /// In bytes: the room that receive() needs for plain text; while it is handshaking, none.
  static constexpr std::size_t record_size = 16 * 1024;
  /// Takes input until there is plain text of one record, or no input, or another state().
  Received receive(std::string_view in, std::span<char> plain, std::string& out);

  /// Open, or the peer has ended. Throws std::runtime_error if it has failed.
  void send(std::string_view plain, std::string& out);
  /// Tells the peer that we send no more (close_notify). Called again, it does nothing.
  void end(std::string& out);

  State state() const;
  /// Failed: in words, what the peer sent is escaped.
  const std::string& failure() const;
  TlsTrouble trouble() const;
  /// Once it is open.
  TlsSummary summary() const;
  TlsDetails details() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sock
