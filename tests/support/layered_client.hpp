#pragma once

#include <memory>
#include <string>
#include <utility>

#include "layers/layers.hpp"
#include "support/driven.hpp"
#include "support/recorder.hpp"
#include "support/scripted_session.hpp"
#include "support/tls_pair.hpp"

inline sock::Door proxy_door() {
  sock::Door door;
  door.proxy = true;
  return door;
}
inline sock::Door tls_door(sock::Door door = {}) {
  door.tls = TlsContexts::shared().server;
  return door;
}

/// A client at a door with layers, with a driven conversation and a scripted session behind the
/// layers, which is opened as a connection does it.
class LayeredClient {
  std::unique_ptr<ScriptedSession> waiting_;

 public:
  explicit LayeredClient(sock::Door door, sock::RoomLog* room = nullptr,
                         sock::Observer* observer = nullptr)
      : waiting_(std::make_unique<ScriptedSession>(room)),
        inner(*waiting_),
        observer_(observer != nullptr ? *observer : recorder),
        door_(std::move(door)),
        layers_(sock::make_layers(door_, client, observer_, std::chrono::milliseconds(0),
                                  [this] { return open(); })),
        session(*layers_),
        driven(session, &observer_) {}

  /// Returns what was sent since the last call.
  std::string take_sent() { return std::exchange(driven.sent, {}); }
  /// Carries bytes between the client's end and the server, until both have nothing to send.
  void carry(TlsEnd& end) {
    do {
      if (!end.out.empty()) driven.comes(end.take_output());
      driven.go_on();
      end.takes(take_sent());
    } while (!end.out.empty());
  }
  void shake_hands(TlsEnd& end) {
    end.engine.start(end.out);
    carry(end);
  }
  bool is_through() const { return waiting_ == nullptr; }

  ScriptedSession& inner;  ///< waiting, then owned by the layers
  Recorder recorder;
  sock::Client client{7, {"192.0.2.1", 5000}};

 private:
  std::unique_ptr<sock::Session> open() {
    auto opened = std::move(waiting_);
    if (opened->feed() != nullptr) opened->feed()->attach(&driven);
    observer_.connected(client);
    return opened;
  }

  sock::Observer& observer_;
  const sock::Door door_;
  const std::unique_ptr<sock::Session> layers_;

 public:
  sock::Session& session;  ///< the outermost layer
  Driven driven;
};
