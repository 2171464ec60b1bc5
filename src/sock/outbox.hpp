#pragma once

#include <asio/buffer.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "sock/mailbox.hpp"

namespace sock {

/// What is to be written to one client, in one order: lines from others, then its own answers.
///
/// What was said on opening comes before any line. Lines are taken from the mailbox only when the
/// ones before are written, so at most two mailboxes full are held for a client.
class Outbox {
 public:
  /// To be appended to.
  std::string& answers() { return answers_; }

  /// Puts the lines that wait before the answers, if neither has been begun.
  void take(Mailbox& mailbox);

  bool empty() const { return next_line_ == lines_.size() && answers_.empty(); }

  /// The next bytes, for one gathered write; valid until anything else is called.
  const std::vector<asio::const_buffer>& gather();

  /// So many of them are written.
  void consume(std::size_t bytes);

 private:
  std::vector<Mailbox::Line> lines_;
  std::size_t next_line_ = 0;
  std::size_t begun_ = 0;  // bytes written of what is next
  std::string answers_;
  bool opening_ = true;  // nothing has been written whole yet
  std::vector<asio::const_buffer> gathered_;
};

}  // namespace sock
