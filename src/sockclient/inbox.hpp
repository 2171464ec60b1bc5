#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wire.hpp"

namespace sockclient {

/// What came and has not been asked for, as messages.
class Inbox {
 public:
  /// For messages that end with a line end, wherever the reads cut them; or for datagrams, of which
  /// each read brings one.
  static std::unique_ptr<Inbox> of_lines();
  static std::unique_ptr<Inbox> of_datagrams();

  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;
  virtual ~Inbox() = default;

  virtual void add(std::string_view read) = 0;

  /// Takes the first message, without its line end. Nothing: none is whole.
  virtual std::optional<std::string> next() = 0;

  /// Takes the beginning of a message whose end has not come. Nothing: none has begun.
  virtual std::optional<std::string> part() = 0;
  virtual bool has_part() const = 0;

  /// Hands over all that is left, as it came.
  virtual void empty(const Wire::Receiver& receive) = 0;

 protected:
  Inbox() = default;
};

}  // namespace sockclient
