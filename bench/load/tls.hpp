#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct ssl_st;  // OpenSSL's SSL

namespace load {

/// The client's side of TLS 1.3, always with TLS_AES_128_GCM_SHA256, on a connected socket, which
/// it makes non-blocking. No certificate is verified. Every failure throws.
class Tls {
 public:
  /// With `resumes`, uses the last session that a server has sent to this process, if any.
  Tls(int fd, bool resumes);

  bool try_handshake();  ///< whether it is done
  bool is_resumed() const;

  std::size_t try_send(std::string_view data);
  /// The buffer must hold a record (16 KiB): bytes kept by OpenSSL make no descriptor ready.
  std::size_t try_receive(std::span<char> buffer);
  static constexpr std::size_t would_block = SIZE_MAX;

  /// A record was sent in part: the same data must be sent again.
  bool is_amid_record() const { return is_amid_record_; }

  void end();  ///< close_notify; the other direction stays open

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  std::unique_ptr<ssl_st, Free> ssl_;
  bool is_amid_record_ = false;
};

}  // namespace load
