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
/// Outlives its sessions. Data that sessions share needs a lock: sessions run on several threads at
/// once, except in mode `blocking`. open() is called by one thread at a time, but for two cases: a
/// client that has passed the layers of its door (TLS, PROXY) is opened by its own thread or loop,
/// and a datagram peer by the thread of its door. The other functions may be called by any thread.
class Service {
 public:
  virtual ~Service() = default;

  /// `client` and `observer` outlive the session. An exception ends the server, and run() throws
  /// it; but after std::bad_alloc only this client is refused, and at a door with layers or of
  /// datagrams any exception ends this client only.
  virtual std::unique_ptr<Session> open(const Client& client, Observer& observer) = 0;

  /// `text` in a form that a refused client can read; empty: send nothing.
  virtual std::string notice(std::string_view text) const;

  /// Whether Client::arrival is needed also at doors without layers: it costs a system call per
  /// client. By default false.
  virtual bool asks_for_arrival() const;

  /// Whether its sessions can serve datagrams: they answer each message, and need neither a
  /// beginning nor an end of a connection. By default true.
  virtual bool takes_datagrams() const;
};

/// A service whose sessions exchange messages: one new protocol object for each client. Derive from
/// it if the protocol objects share data: make the data a member of the service and pass it to each
/// of them. Otherwise service_of() is enough.
class MessageService : public Service {
 public:
  explicit MessageService(MessageOptions options) : options_(std::move(options)) {}

  std::unique_ptr<Session> open(const Client& client, Observer& observer) override;
  std::string notice(std::string_view text) const override;

 protected:
  virtual std::unique_ptr<Protocol> make_protocol() = 0;
  /// Valid as long as the service.
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
  bool has_messages;         ///< false: bytes only; framing and message limits do not apply
  bool has_room;             ///< its clients hear each other; history and queue limits apply
  bool takes_datagrams;      ///< it can serve datagrams (Service::takes_datagrams)
  std::unique_ptr<Service> (*make)(MessageOptions options);
};

/// The only list of protocols: the programs, their help and the tests read it.
std::span<const ServiceRow> services();

/// The row of that name, or nullptr.
const ServiceRow* find_service(std::string_view name);

}  // namespace sock
