#include "socket.hpp"
#include "tls.hpp"

namespace load {

void Tls::Free::operator()(ssl_st*) const {}

Tls::Tls(int, bool) { fail("built without OpenSSL"); }

bool Tls::try_handshake() { return false; }

bool Tls::is_resumed() const { return false; }

std::size_t Tls::try_send(std::string_view) { return 0; }

std::size_t Tls::try_receive(std::span<char>) { return 0; }

void Tls::end() {}

}  // namespace load
