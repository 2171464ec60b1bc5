// The TLS functions of a library that was built without OpenSSL.

#include <stdexcept>

#include "sock/tls.hpp"

namespace sock {
namespace {

[[noreturn]] void fail() {
  throw std::runtime_error("TLS is missing: this was built without OpenSSL (Debian: libssl-dev)");
}

}  // namespace

struct TlsContext::Impl {
  std::string pin;
};
struct TlsEngine::Impl {
  std::string failure;
};

bool has_tls() noexcept { return false; }

std::shared_ptr<const TlsContext> TlsContext::for_server(const TlsServerOptions&) { fail(); }
std::shared_ptr<const TlsContext> TlsContext::for_client(const TlsClientOptions&) { fail(); }
TlsContext::~TlsContext() = default;
const std::string& TlsContext::pin() const { return impl_->pin; }

TlsEngine::TlsEngine(std::shared_ptr<const TlsContext>, const std::string&) { fail(); }
TlsEngine::TlsEngine(TlsEngine&&) noexcept = default;
TlsEngine& TlsEngine::operator=(TlsEngine&&) noexcept = default;
TlsEngine::~TlsEngine() = default;
void TlsEngine::start(std::string&) {}
TlsEngine::Received TlsEngine::receive(std::string_view, std::span<char>, std::string&) { fail(); }
void TlsEngine::send(std::string_view, std::string&) { fail(); }
void TlsEngine::end(std::string&) {}
TlsEngine::State TlsEngine::state() const { return State::failed; }
const std::string& TlsEngine::failure() const { return impl_->failure; }
TlsTrouble TlsEngine::trouble() const { return TlsTrouble::other; }
TlsSummary TlsEngine::summary() const { return {}; }
TlsDetails TlsEngine::details() const { return {}; }

}  // namespace sock
