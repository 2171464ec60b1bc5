#pragma once

#include <cstddef>
#include <string>

#include "sock/message_reader.hpp"

namespace simulation {

struct Account;

/// What a session must find in its client's bytes: each message once, whole, in order.
class Messages {
 public:
  /// The call of the session.
  enum class Call { bytes, silence, end };

  /// `is_patient`: a message needs its line end, as in a chat.
  explicit Messages(bool is_patient) : is_patient_(is_patient) {}

  void found(const Account& account, const sock::Message& message, Call call);
  /// The session has taken `account.consumed` bytes.
  void taken(const Account& account);

 private:
  const bool is_patient_;
  std::size_t at_ = 0;  // end of the last message
  bool has_line_ = false;
};

}  // namespace simulation
