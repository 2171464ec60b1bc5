#include "tls_options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "own_address.hpp"
#include "program/help.hpp"
#include "program/process.hpp"
#include "program/values.hpp"

namespace sockserver {
namespace {

constexpr auto about_tls =
    R"(TLS: what goes over the network is encrypted, and the server proves who it is.

  sockserver --tls
      makes a certificate for a day, in memory, and says what to type:
  connect with: sockclient --tls --pin sha256:0db1... localhost 9999
      that client trusts this server and no other. Others do with
      openssl s_client -connect localhost:9999

  sockserver --tls --cert server.pem --key server.key
      a certificate that clients can check by themselves
  sockserver --listen 9999=chat --listen 9443=chat,tls
      a door of one kind and one of the other, to one room

TLS 1.2 and newer. A handshake may take 10 s. Whoever ends without close_notify
has lost its connection. Secrets are appended to the file that the environment
variable SSLKEYLOGFILE names, for tools that read captured traffic.
)";

// The names by which clients may call this machine, for our own certificate.
std::vector<std::string> names_of(const std::vector<DoorOptions>& doors) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
    names.push_back(name);
  };
  for (const auto& door : doors) {
    if (!door.tls) continue;
    std::array<char, 256> name{};
    if (door.is_everywhere()) {
      if (::gethostname(name.data(), name.size() - 1) == 0) add(name.data());
      for (const auto family : {sock::Family::ipv4, sock::Family::ipv6}) add(own_address(family));
    }
    for (const auto& host : door.place.hosts) {
      if (door.is_everywhere() || host == "localhost") {
        for (const char* local : {"localhost", "127.0.0.1", "::1"}) add(local);
      } else {
        add(host);
      }
    }
  }
  return names;
}

bool is_wanted(const Options& options) {
  return std::any_of(options.doors.begin(), options.doors.end(),
                     [](const DoorOptions& door) { return door.tls; });
}

}  // namespace

void declare_tls(CLI::App& app, Options& options) {
  app.add_flag("--tls", options.all_tls,
               "encrypted (--help=tls)\n"
               "At every door but those for datagrams; see TLS.");
  auto& page = program::add_topic(app, "tls", "TLS", about_tls);
  const auto add_file = [&page](const char* name, std::string& file, const char* words) {
    page.add_option(name, file, words)->check(program::find_fault_of_name)->type_name("FILE");
  };
  add_file("--cert", options.tls.certificate,
           "the server's certificate (PEM)\nAnd those that lead to its authority.");
  add_file("--key", options.tls.key, "its key (PEM), without a passphrase");
  add_file("--client-ca", options.tls.client_ca,
           "let in only clients with a certificate from it\n"
           "Of the authorities in this file (PEM).");
}

void complete_tls(const CLI::App& app, Options& options) {
  const auto fail = [](const char* name, const char* why) {
    throw CLI::ValidationError(name, why);
  };
  for (auto& door : options.doors) door.tls |= options.all_tls && !door.place.datagrams;
  if (!is_wanted(options)) {
    if (options.all_tls) fail("--tls", "no door has connections");
    for (const char* name : {"--cert", "--key", "--client-ca"}) {
      if (app.count(name) > 0) fail(name, "goes with --tls, or with a door that has it");
    }
    return;
  }
  if (!sock::has_tls()) {
    fail("--tls", "this was built without OpenSSL (Debian: libssl-dev)");
  }
  if (app.count("--cert") > 0 && app.count("--key") == 0) fail("--cert", "goes with --key");
  if (app.count("--key") > 0 && app.count("--cert") == 0) fail("--key", "goes with --cert");
}

std::shared_ptr<const sock::TlsContext> make_tls(const Options& options) {
  if (!is_wanted(options)) return nullptr;
  auto how = options.tls;
  how.names = names_of(options.doors);
  how.key_log = program::environment("SSLKEYLOGFILE");
  return sock::TlsContext::for_server(how);
}

}  // namespace sockserver
