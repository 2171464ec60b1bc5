#pragma once

#include <cstddef>
#include <string>

#include "sock/message_reader.hpp"

namespace simulation {

struct Account;

/// What a session has to find in the bytes of its client: each message once, whole, in its order.
class Messages {
 public:
  /// In which call of the session.
  enum class Call { bytes, silence, end };

  /// `is_patient`: nothing is a message before its line end, as in a chat.
  explicit Messages(bool is_patient) : is_patient_(is_patient) {}

  void found(const Account& account, const sock::Message& message, Call call);
  /// The session has taken `account.consumed` bytes.
  void taken(const Account& account);

 private:
  const bool is_patient_;
  std::size_t at_ = 0;  // behind the last of them
  bool has_line_ = false;
};

}  // namespace simulation
