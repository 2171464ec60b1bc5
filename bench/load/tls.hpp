#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct ssl_st;  // OpenSSL's SSL

namespace load {

/// The client's side of TLS 1.3, always with TLS_AES_128_GCM_SHA256, on a socket that is connected
/// and that becomes a non-blocking one. No certificate is verified. Whatever fails throws.
class Tls {
 public:
  /// With `resumes`, the session is the last one that a server has given to this process, if any.
  Tls(int fd, bool resumes);

  bool try_handshake();  ///< whether it is done
  bool is_resumed() const;

  std::size_t try_send(std::string_view data);
  /// Room for a record (16 KiB) is needed: what OpenSSL keeps makes no descriptor ready.
  std::size_t try_receive(std::span<char> buffer);
  static constexpr std::size_t would_block = SIZE_MAX;

  /// A record has left in part: the same data has to be sent on.
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
