// Whom the two ends of TLS trust, and in what words they say that they do not.

#include <memory>
#include <stdexcept>
#include <string>

#include "sock/tls.hpp"
#include "support/catch.hpp"
#include "support/certificates.hpp"
#include "support/openssl_client.hpp"
#include "support/tls_pair.hpp"

namespace {

using sock::TlsContext;
using State = TlsEnd::State;

std::shared_ptr<const TlsContext> server_with(const std::string& file,
                                              const std::string& client_ca = {}) {
  return TlsContext::for_server({.certificate = file, .key = file, .client_ca = client_ca});
}

// What the client says of a server with this certificate, and the server of that; `open`: nothing.
struct Words {
  std::string client, server;
};
Words words_of(const std::shared_ptr<const TlsContext>& client,
               const std::shared_ptr<const TlsContext>& server, const std::string& host = {}) {
  TlsPair pair(client, server, host);
  pair.shake_hands();
  const auto words = [](const TlsEnd& end) {
    return end.is_open() ? "open" : end.engine.failure();
  };
  return {words(pair.client), words(pair.server)};
}

// A handshake of OpenSSL's client with one of our servers.
void carry(OpensslClient& client, TlsEnd& server) {
  for (std::string bytes = client.answer_to({}); !bytes.empty();) {
    server.takes(bytes);
    bytes = client.answer_to(server.take_output());
  }
}

}  // namespace

// The octets of an address: 4 or 16, whatever a certificate has (RFC 5280, 4.2.1.6).
TEST_CASE("TLS engine: an address of another length in a certificate is none") {
  Certificates made;
  const auto server = server_with(made.sign({"odd", "DER:30:03:87:01:41"}));
  const auto client = TlsContext::for_client({.pin = sock::parse_pin(server->pin())});
  TlsPair pair(client, server);
  pair.shake_hands();
  REQUIRE(pair.client.is_open());
  CHECK(pair.client.engine.details().peer_names.empty());
}

// An empty name would be any, one that begins with a dot any below it.
TEST_CASE("TLS engine: without a pin, a client has to know whom it wants") {
  const auto client = TlsContext::for_client({});
  for (const char* const host : {"", ".example", "."}) {
    CHECK_THROWS_AS(sock::TlsEngine(client, host), std::runtime_error);
  }
  CHECK_NOTHROW(sock::TlsEngine(TlsContexts::shared().client, ""));
}

TEST_CASE("TLS trust: by an authority, for its names and addresses") {
  Certificates made;
  const auto server = server_with(made.sign({.name = "ours",
                                             .names = "DNS:example.org,DNS:*.example.net,"
                                                      "IP:127.0.0.1,IP:::1"}));
  const auto client = TlsContext::for_client({.ca = made.authority()});
  for (const char* const host : {"example.org", "a.example.net", "127.0.0.1", "::1"}) {
    CHECK(words_of(client, server, host).client == "open");
  }
  for (const char* const host : {"example.com", "a.b.example.net", "127.0.0.2", "::2", "ours"}) {
    const auto words = words_of(client, server, host);
    CHECK(words.client == "the server's certificate is for another name");
    CHECK(words.server == "the client does not trust us: bad certificate");
  }
}

TEST_CASE("TLS trust: the name that is asked for is known to the server, an address is not") {
  TlsPair pair(TlsContexts::shared().client, TlsContexts::shared().server, "example.org");
  pair.shake_hands();
  CHECK(pair.server.engine.summary().server_name == "example.org");
  TlsPair other(TlsContexts::shared().client, TlsContexts::shared().server, "::1");
  other.shake_hands();
  CHECK(other.server.engine.summary().server_name.empty());
}

TEST_CASE("TLS trust: a certificate of another authority, of none, or too old is refused") {
  Certificates made, others("another authority");
  const auto client = TlsContext::for_client({.ca = made.authority()});
  const auto other = words_of(
      client, server_with(others.sign({.name = "ours", .names = "DNS:localhost"})), "localhost");
  CHECK(other.client ==
        "the server's certificate is signed by an authority that is not trusted here");
  CHECK(other.server == "the client does not trust us: unknown CA");

  // As after a new start with the same names.
  Certificates namesake;
  const auto forged = words_of(
      client, server_with(namesake.sign({.name = "ours", .names = "DNS:localhost"})), "localhost");
  CHECK(forged.client == "the server's certificate is not trusted: certificate signature failure");

  const auto alone = words_of(client, TlsContexts::shared().server, "localhost");
  CHECK(alone.client == "the server's certificate is signed by nobody but itself");
  CHECK(alone.server == "the client does not trust us: unknown CA");

  const Certificates::Asked old{
      .name = "old", .names = "DNS:localhost", .from = -7200, .to = -3600};
  const auto expired = words_of(client, server_with(made.sign(old)), "localhost");
  CHECK(expired.client == "the server's certificate has expired");
  CHECK(expired.server == "the client does not trust us: certificate expired");
}

TEST_CASE("TLS trust: by the system's authorities a certificate of our own is not") {
  const auto words =
      words_of(TlsContext::for_client({}), TlsContexts::shared().server, "localhost");
  CHECK(words.client == "the server's certificate is signed by nobody but itself");
}

TEST_CASE(
    "TLS trust: a pin takes the place of name, authority and age, and must be the right one") {
  Certificates made;
  const auto server = server_with(made.sign({.name = "old", .from = -7200, .to = -3600}));
  CHECK(words_of(TlsContexts::trusting(*server), server, "example.org").client == "open");
  CHECK(words_of(TlsContexts::trusting(*server), server).client == "open");
  const auto wrong = words_of(TlsContexts::shared().client, server);
  CHECK(wrong.client == "the server's certificate is not that of the pin");
  CHECK(wrong.server.starts_with("the client "));
}

TEST_CASE("TLS trust: a client shows its certificate where one is wanted") {
  Certificates made;
  const auto server = server_with(made.sign({.name = "ours"}), made.authority());
  const auto client_with = [&](const std::string& file) {
    return TlsContext::for_client(
        {.pin = sock::parse_pin(server->pin()), .certificate = file, .key = file});
  };
  TlsPair pair(client_with(made.sign({.name = "ana \x1b[2J"})), server);
  pair.shake_hands();
  CHECK(pair.server.is_open());
  CHECK(pair.client.is_open());
  CHECK(pair.server.engine.summary().peer_certificate.starts_with("CN=ana "));
  CHECK(pair.server.engine.summary().peer_certificate.find('\x1b') == std::string::npos);

  const auto none = words_of(TlsContexts::trusting(*server), server);
  CHECK(none.server == "the client has no certificate");
  CHECK(none.client == "the server wants a certificate");

  Certificates others("another authority");
  const auto other = words_of(client_with(others.sign({.name = "ana"})), server);
  CHECK(other.server ==
        "the client's certificate is signed by an authority that is not trusted here");
  CHECK(other.client == "the server does not trust us: unknown CA");

  const auto expired =
      words_of(client_with(made.sign({.name = "old", .from = -7200, .to = -3600})), server);
  CHECK(expired.server == "the client's certificate has expired");
  CHECK(expired.client == "the server does not trust us: certificate expired");
}

TEST_CASE("TLS trust: versions from 1.2 on, and no renegotiation") {
  TlsEnd server(TlsContexts::shared().server);
  OpensslClient client(TLS1_2_VERSION);
  carry(client, server);
  REQUIRE(server.is_open());
  CHECK(server.engine.summary().version == "TLSv1.2");
  server.takes(client.say("hola"));
  CHECK(server.plain == "hola");
  ::SSL_renegotiate(client.ssl.get());
  server.takes(client.answer_to({}));
  client.answer_to(server.take_output());
  CHECK_FALSE(client.is_open());

  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    TlsEnd other(TlsContexts::shared().server);
    OpensslClient old(version);
    carry(old, other);
    CHECK(other.engine.state() == State::failed);
    CHECK(other.engine.failure() == "no common version");
  }
}

TEST_CASE("TLS trust: a session can be resumed, by both versions") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsEnd server(TlsContexts::shared().server);
    OpensslClient client(version);
    carry(client, server);
    REQUIRE(client.is_open());
    CHECK_FALSE(server.engine.details().is_resumed);
    SSL_SESSION* const session = ::SSL_get1_session(client.ssl.get());
    ::SSL_shutdown(client.ssl.get());

    TlsEnd next(TlsContexts::shared().server);
    OpensslClient again(version, session);
    ::SSL_SESSION_free(session);
    carry(again, next);
    REQUIRE(next.is_open());
    CHECK(next.engine.details().is_resumed);
    next.says("hola");
    again.answer_to(next.take_output());
    CHECK(again.plain == "hola");
  }
}

// Each is answered by one of the same size (RFC 8446, 4.6.3): a flood of them is no amplifier.
TEST_CASE("TLS trust: a flood of wishes for new keys is answered by no more than itself") {
  TlsEnd server(TlsContexts::shared().server);
  OpensslClient client(TLS1_3_VERSION);
  carry(client, server);
  REQUIRE(client.is_open());
  std::string flood;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(::SSL_key_update(client.ssl.get(), SSL_KEY_UPDATE_REQUESTED) == 1);
    flood += client.answer_to({});
  }
  flood += client.say("hola");
  server.takes(flood);
  CHECK(server.plain == "hola");
  CHECK(server.out.size() <= flood.size());
  server.says("que tal");
  client.answer_to(server.take_output());
  CHECK(client.plain == "que tal");
}
