#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sock/client.hpp"
#include "sock/observer.hpp"
#include "sock/session.hpp"

namespace sock {

/// A session around an inner session, which is opened when the client has passed this layer. From
/// then on the layer hands its input on in its on_bytes(), and all other calls go to the inner
/// session; a layer that changes bytes overrides them.
class Layer : public Session {
 public:
  /// Opens the inner session: the next layer, or the protocol's session, which is then reported to
  /// the observer.
  using Inside = std::function<std::unique_ptr<Session>()>;

  Step on_silence(std::string& out) override;
  void on_end(End why, std::string& out) override;
  Feed* feed() override { return inside_ ? inside_->feed() : nullptr; }
  bool is_open() const override { return inside_ && inside_->is_open(); }
  // Only called for output of the inner session.
  void encode(std::string& out, std::size_t begin) override { inside_->encode(out, begin); }
  void say_end(std::string& out) override;
  bool is_unfinished() const override { return inside_ && inside_->is_unfinished(); }
  std::size_t rate() const override { return inside_ ? inside_->rate() : 0; }

 protected:
  /// `name`: of this layer, in words; `time`: limit for passing it. `name`, `client` and
  /// `observer` must outlive it.
  /// The layer changes `client` by what it learns, until it has opened the inner session.
  Layer(std::string_view name, std::chrono::milliseconds time, Client& client, Observer& observer,
        Inside inside)
      : name_(name),
        time_(time),
        client_(client),
        observer_(observer),
        open_inside_(std::move(inside)) {}

  /// The client has passed the layer.
  void open_inside() { inside_ = open_inside_(); }
  /// The client has failed to pass the layer: reports that, once.
  Step keep_out(std::string_view why);
  /// Adds to Client::arrival what the layer has learned.
  template <typename Change>
  void learn(Change change) {
    Arrival arrival = client_.arrival ? *client_.arrival : Arrival();
    change(arrival);
    client_.arrival = std::make_shared<const Arrival>(std::move(arrival));
  }

  Session* inside() { return inside_.get(); }
  const Session* inside() const { return inside_.get(); }
  std::string_view name() const { return name_; }
  std::chrono::milliseconds time() const { return time_; }
  Client& client() { return client_; }
  Observer& observer() { return observer_; }
  void note_spoken() { has_spoken_ = true; }

 private:
  virtual std::string_view too_late() const = 0;

  std::string_view name_;
  std::chrono::milliseconds time_;
  Client& client_;
  Observer& observer_;
  Inside open_inside_;
  std::unique_ptr<Session> inside_;
  bool has_spoken_ = false;
  bool is_told_ = false;  // Observer::kept_out() was called
};

}  // namespace sock
