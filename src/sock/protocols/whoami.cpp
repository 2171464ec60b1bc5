// Says what this end sees of the client, one fact per line, and closes when the client does. It
// shows which of several machines behind a proxy answers, and which facts about the client arrived
// there.

#include <string>
#include <string_view>
#include <utility>

#include "sock/escape.hpp"
#include "sock/service.hpp"

namespace sock {
namespace {

void add_line(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) out.append(name).append(" ").append(value).append("\n");
}

std::string description_of(const Client& client) {
  const Arrival arrival = client.arrival ? *client.arrival : Arrival();
  const Endpoint& peer = client.address;
  std::string text;
  add_line(text, "host", escaped(arrival.host));
  add_line(text, "local", escaped(to_string(arrival.local)));
  add_line(text, "peer", escaped(to_string(peer)));
  if (arrival.proxied_by) add_line(text, "proxied-by", escaped(to_string(*arrival.proxied_by)));
  if (arrival.tls) {
    add_line(text, "tls",
             std::string(arrival.tls->version).append(" ").append(arrival.tls->cipher));
    add_line(text, "server-name", arrival.tls->server_name);
    add_line(text, "client-certificate", arrival.tls->peer_certificate);
  }
  const Endpoint& process = arrival.proxied_by ? *arrival.proxied_by : peer;  // of a UNIX socket
  if (process.pid > 0) add_line(text, "pid", std::to_string(process.pid));
  if (process.uid != Endpoint::no_user) add_line(text, "uid", std::to_string(process.uid));
  return text;
}

class WhoAmI final : public Session {
 public:
  WhoAmI(const Client& client, const std::string& banner)
      : text_(description_of(client)), banner_(banner) {}

  Step on_open(std::string& out) override {
    if (!banner_.empty()) out.append(banner_).append("\n");
    out += std::exchange(text_, {});
    return {};
  }

  // Ignores input until the client ends.
  Step on_bytes(std::string_view in, std::string&) override { return {.consumed = in.size()}; }

 private:
  std::string text_;
  const std::string& banner_;
};

class WhoAmIService final : public Service {
 public:
  explicit WhoAmIService(std::string banner) : banner_(std::move(banner)) {}

  std::unique_ptr<Session> open(const Client& client, Observer&) override {
    return std::make_unique<WhoAmI>(client, banner_);
  }
  std::string notice(std::string_view text) const override { return std::string(text) + "\n"; }
  bool takes_datagrams() const override { return false; }
  bool asks_for_arrival() const override { return true; }

 private:
  std::string banner_;
};

}  // namespace

std::unique_ptr<Service> make_whoami(MessageOptions options) {
  return std::make_unique<WhoAmIService>(std::move(options.banner));
}

}  // namespace sock
