#include "layers/layer.hpp"

#include <utility>

namespace sock {
namespace {

// How a client ended that has not passed the layer.
std::string_view words_of(End why) {
  switch (why) {
    case End::peer_closed:
      return "closed by client";
    case End::stopped:
      return "stopped";
    case End::idle:
      return "idle";
    default:
      return "connection lost";
  }
}

}  // namespace

Step Layer::keep_out(std::string_view why) {
  if (!std::exchange(is_told_, true)) {
    observer_.kept_out(client_, {.layer = name_, .why = why, .has_spoken = has_spoken_});
  }
  return {.close = true};
}

Step Layer::on_silence(std::string& out) {
  return inside_ ? inside_->on_silence(out) : keep_out(too_late());
}

void Layer::on_end(End why, std::string& out) {
  if (inside_) return inside_->on_end(why, out);
  keep_out(words_of(why));
}

void Layer::say_end(std::string& out) {
  if (inside_) inside_->say_end(out);
}

}  // namespace sock
