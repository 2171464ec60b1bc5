#include "layer_options.hpp"

#include <CLI/CLI.hpp>
#include <stdexcept>

#include "options.hpp"
#include "program/help.hpp"
#include "program/process.hpp"
#include "program/values.hpp"
#include "source_option.hpp"

namespace sockclient {
namespace {

constexpr auto about_tls =
    R"(TLS: what goes over the network is encrypted, and the server proves who it is.

  sockclient --tls example.org 443
      the system's authorities say that it is example.org
  sockclient --tls --pin sha256:0db1... localhost 9999
      it has this very certificate; a sockserver prints the line
  sockclient --tls --ca authority.pem --server-name sock.example 10.0.0.7 9999

TLS 1.2 and newer. A handshake may take 10 s (-w). The end of input is told by
close_notify; a server that ends without it has cut the connection. Byte counts
and -x are of what goes over the network. -v tells version, cipher and
certificate. Secrets are appended to the file that SSLKEYLOGFILE names.
)";

constexpr auto about_proxy =
    R"(PROXY: a header before all else, by which a proxy says for whom it connects.

  sockclient --proxy-header localhost 9003              for ourselves
  sockclient --proxy-header=v2 --proxy-from 203.0.113.7:5000 localhost 9003
      to see what a server (haproxy, nginx, sockserver) makes of it

Version 1 is a line of text, version 2 is binary (haproxy's proxy-protocol.txt).
It comes before TLS.
)";

std::string find_fault_of_pin(const std::string& text) {
  try {
    sock::parse_pin(text);
    return {};
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

void add_protocols(std::vector<std::string>& protocols, const std::string& text) {
  constexpr std::size_t longest = 255;  // RFC 7301, 3.1
  protocols.clear();
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    protocols.push_back(text.substr(begin, end - begin));
    if (protocols.back().empty() || protocols.back().size() > longest) {
      throw CLI::ValidationError("--alpn", "a protocol has 1 to 255 characters");
    }
    begin = end + 1;
  }
}

void declare_tls(CLI::App& app, LayerOptions& layers) {
  app.add_flag("--tls", layers.tls, "encrypted (--help=tls)\nSee TLS. Not with -u.");
  auto& page = program::add_topic(app, "tls", "TLS", about_tls);
  auto& trust = layers.trust;
  page.add_option("--ca", trust.ca, "trust the authorities in FILE\nPEM; in place of the system's.")
      ->check(program::find_fault_of_name)
      ->type_name("FILE");
  page.add_option_function<std::string>(
          "--pin", [&trust](const std::string& text) { trust.pin = sock::parse_pin(text); },
          "trust the certificate with this hash\n"
          "The hexadecimal SHA-256 of its DER form, behind `sha256` and a colon; others may stand "
          "between. In place of its name and its authority.")
      ->check(find_fault_of_pin)
      ->type_name("HASH");
  page.add_option("--server-name", layers.server_name,
                  "the server's, in place of HOST\nWhich is asked for, and which the certificate "
                  "has to be for.")
      ->check(program::find_fault_of_name)
      ->type_name("NAME");
  page.add_option_function<std::string>(
          "--alpn", [&trust](const std::string& text) { add_protocols(trust.protocols, text); },
          "protocols to offer: http/1.1,h2\nRFC 7301; -v tells which the server has chosen.")
      ->type_name("NAMES");
  page.add_option("--cert", trust.certificate, "our certificate (PEM)")
      ->check(program::find_fault_of_name)
      ->type_name("FILE");
  page.add_option("--key", trust.key, "its key (PEM), without a passphrase")
      ->check(program::find_fault_of_name)
      ->type_name("FILE");
}

void declare_proxy(CLI::App& app, LayerOptions& layers) {
  auto& page = program::add_topic(app, "proxy", "PROXY", about_proxy);
  auto* header = app.add_flag_function(
      "--proxy-header{1}",
      [&layers](std::int64_t version) { layers.proxy_version = static_cast<int>(version); },
      "say first for whom it is (--help=proxy)\n"
      "A header of version 1, or with `--proxy-header=v2` of version 2; see PROXY. Not with -u.");
  header->disable_flag_override(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  header->transform(CLI::Validator(
      [](std::string& value) {
        if (value == "v1" || value == "true" || value == "1") {
          value = "1";
        } else if (value == "v2") {
          value = "2";
        } else {
          return "\"" + value + "\" is not one of v1, v2";
        }
        return std::string();
      },
      ""));
  page.add_option_function<std::string>(
          "--proxy-from",
          [&layers](const std::string& text) { layers.proxy_from = parse_source(text); },
          "for whom: ADDRESS or ADDRESS:PORT\nWithout it, for this end of the connection.")
      ->check(find_fault_of_source)
      ->type_name("ADDRESS");
}

}  // namespace

void declare_layers(CLI::App& app, LayerOptions& layers) {
  declare_tls(app, layers);
  declare_proxy(app, layers);
}

void complete_layers(const CLI::App& app, Options& options) {
  const auto fail = [](const char* name, const char* why) {
    throw CLI::ValidationError(name, why);
  };
  auto& layers = options.layers;
  if (layers.proxy_from && layers.proxy_version == 0) {
    fail("--proxy-from", "goes with --proxy-header");
  }
  if (options.udp && layers.proxy_version > 0) fail("--proxy-header", "not with --udp");
  if (!layers.tls) {
    for (const char* name : {"--ca", "--pin", "--server-name", "--alpn", "--cert", "--key"}) {
      if (app.count(name) > 0) fail(name, "goes with --tls");
    }
    return;
  }
  if (!sock::has_tls()) fail("--tls", "this was built without OpenSSL (Debian: libssl-dev)");
  if (options.udp) fail("--tls", "not with --udp");
  if (app.count("--pin") > 0 && app.count("--ca") > 0) fail("--pin", "not with --ca");
  if (app.count("--cert") > 0 && app.count("--key") == 0) fail("--cert", "goes with --key");
  if (app.count("--key") > 0 && app.count("--cert") == 0) fail("--key", "goes with --cert");
  const auto& name = layers.server_name;
  const bool is_address = name.starts_with('[') && name.ends_with(']');
  if (is_address) layers.server_name = name.substr(1, name.size() - 2);
  if (app.count("--server-name") > 0 && (name.empty() || name.starts_with('.'))) {
    fail("--server-name", "is not a name");
  }
  const bool has_name = !options.server.host.starts_with("unix:") || !layers.server_name.empty();
  if (!has_name && layers.trust.pin.empty()) {
    fail("--tls", "a UNIX socket has no name: --server-name says it, or --pin");
  }
}

void prepare_tls(LayerOptions& layers) {
  if (!layers.tls) return;
  layers.trust.key_log = program::environment("SSLKEYLOGFILE");
  layers.context = sock::TlsContext::for_client(layers.trust);
}

}  // namespace sockclient
