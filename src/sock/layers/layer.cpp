#include "layers/layer.hpp"

#include <utility>

namespace sock {
namespace {

// How one who is not through yet has ended.
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

Step Layer::keep_out(std::string why) {
  why_ = std::move(why);
  return {.close = true};
}

Step Layer::on_silence(std::string& out) {
  return inside_ ? inside_->on_silence(out) : keep_out(too_late());
}

void Layer::on_end(End why, std::string& out) {
  if (inside_) return inside_->on_end(why, out);
  const std::string_view words = why_.empty() ? words_of(why) : why_;
  observer_.kept_out(client_, {.layer = name_, .why = words, .has_spoken = has_spoken_});
}

void Layer::say_end(std::string& out) {
  if (inside_) inside_->say_end(out);
}

}  // namespace sock
