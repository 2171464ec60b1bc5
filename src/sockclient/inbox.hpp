#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wire.hpp"

namespace sockclient {

/// Messages that have come and are not taken yet.
class Inbox {
 public:
  /// Messages that end with a line end, however reads split them; or datagrams, one for each read.
  static std::unique_ptr<Inbox> of_lines();
  static std::unique_ptr<Inbox> of_datagrams();

  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;
  virtual ~Inbox() = default;

  virtual void add(std::string_view read) = 0;

  /// Takes the first message, without its line end. Returns nullopt if none is complete.
  virtual std::optional<std::string> next() = 0;

  /// Takes the beginning of an incomplete message. Returns nullopt if there is none.
  virtual std::optional<std::string> part() = 0;
  virtual bool has_part() const = 0;

  /// Hands over everything that is left, unchanged.
  virtual void empty(const Wire::Receiver& receive) = 0;

 protected:
  Inbox() = default;
};

}  // namespace sockclient
