#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sock/endpoint.hpp"

// The PROXY protocol, versions 1 and 2: haproxy, doc/proxy-protocol.txt. Numbers are in network
// byte order.
namespace sock::proxy_format {

using namespace std::string_view_literals;

inline constexpr std::string_view text_begin = "PROXY ";
inline constexpr std::string_view binary_begin = "\r\n\r\n\0\r\nQUIT\n"sv;
inline constexpr std::size_t longest_text = 107;
inline constexpr std::size_t binary_fixed = 16;  // bytes before the addresses
inline constexpr std::size_t local_size = 108;   // bytes of the path of a UNIX socket

inline constexpr std::uint8_t extra_checksum = 0x03;

inline constexpr std::uint8_t command_local = 0x20, command_proxy = 0x21;

// A kind of addresses: its code in the header, and our types.
struct Kind {
  std::uint8_t code;
  std::size_t address_size;  // bytes of one address
  Transport transport;
  int family;
};
inline constexpr std::array kinds{
    Kind{0x11, 4, Transport::tcp, AF_INET},
    Kind{0x21, 16, Transport::tcp, AF_INET6},
    Kind{0x12, 4, Transport::udp, AF_INET},
    Kind{0x22, 16, Transport::udp, AF_INET6},
    Kind{0x31, local_size, Transport::local, AF_UNIX},
};

}  // namespace sock::proxy_format
