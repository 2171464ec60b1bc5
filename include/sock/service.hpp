#pragma once

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "sock/message_options.hpp"
#include "sock/observer.hpp"
#include "sock/protocol.hpp"
#include "sock/session.hpp"

namespace sock {

/// What a server offers: makes a session for each client and owns what the sessions share.
///
/// Called by one thread at a time. Outlives its sessions. What they share needs a lock: they are
/// called on several threads at once, but for mode `blocking`.
class Service {
 public:
  virtual ~Service() = default;

  /// `client` and `observer` outlive the session. What it throws ends the server: run() throws it.
  /// But std::bad_alloc is about this client: it is refused.
  virtual std::unique_ptr<Session> open(const Client& client, Observer& observer) = 0;

  /// `text` in the form in which a client that is turned away can read it; empty: say nothing.
  virtual std::string notice(std::string_view text) const;

  /// Whether Client::arrival is wanted also of clients that come without layers: it costs a system
  /// call each. By default false.
  virtual bool asks_for_arrival() const;

  /// Whether its sessions can be at a door for datagrams: they answer what is sent to them, and
  /// need neither a beginning nor an end. By default true.
  virtual bool takes_datagrams() const;
};

/// A service whose sessions speak messages: one new protocol object for each client. Derive from it
/// when the protocols share something, which is then a member of the service and is handed to each
/// of them; else service_of() is enough.
class MessageService : public Service {
 public:
  explicit MessageService(MessageOptions options) : options_(std::move(options)) {}

  std::unique_ptr<Session> open(const Client& client, Observer& observer) override;
  std::string notice(std::string_view text) const override;

 protected:
  virtual std::unique_ptr<Protocol> make_protocol() = 0;
  const MessageOptions& options() const { return options_; }

 private:
  MessageOptions options_;
};

/// The service of a protocol of your own: `Server server({}, service_of<Shout>());`
template <std::derived_from<Protocol> P>
std::unique_ptr<Service> service_of(MessageOptions options = {}) {
  struct Of final : MessageService {
    using MessageService::MessageService;
    std::unique_ptr<Protocol> make_protocol() override { return std::make_unique<P>(); }
  };
  return std::make_unique<Of>(std::move(options));
}

/// One protocol that a user can choose by name.
struct ServiceRow {
  std::string_view name;
  std::string_view summary;  ///< a few words, for help
  bool has_messages;         ///< false: bytes only, framing and the limits on messages mean nothing
  bool has_room;             ///< its clients hear each other: history and queues mean something
  bool takes_datagrams;      ///< it can be at a door for them (Service::takes_datagrams)
  std::unique_ptr<Service> (*make)(MessageOptions options);
};

/// The only list of protocols there is: the programs, their help and the tests read it.
std::span<const ServiceRow> services();

/// The row of that name, or nullptr.
const ServiceRow* find_service(std::string_view name);

}  // namespace sock
