// The Echo Protocol (RFC 862): every byte comes back as it came. No messages, so no framing.

#include <utility>

#include "sock/service.hpp"

namespace sock {
namespace {

class Echo final : public Session {
 public:
  explicit Echo(const std::string& banner) : banner_(banner) {}

  Step on_open(std::string& out) override {
    if (!banner_.empty()) out.append(banner_).append("\n");
    return {};
  }

  Step on_bytes(std::string_view in, std::string&) override {
    return {.consumed = in.size(), .in_place = true};
  }

 private:
  const std::string& banner_;
};

class EchoService final : public Service {
 public:
  explicit EchoService(std::string banner) : banner_(std::move(banner)) {}

  std::unique_ptr<Session> open(const Client&, Observer&) override {
    return std::make_unique<Echo>(banner_);
  }

 private:
  std::string banner_;
};

}  // namespace

std::unique_ptr<Service> make_echo(MessageOptions options) {
  return std::make_unique<EchoService>(std::move(options.banner));
}

}  // namespace sock
