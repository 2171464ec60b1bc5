#include "support/fake_names.hpp"

#include <netdb.h>

#include <map>
#include <mutex>
#include <utility>

namespace fake_names {
namespace {

struct Name {
  std::vector<std::string> addresses;
  std::function<void()> action = [] {};
};

struct Names {
  std::mutex mutex;
  std::map<std::string, Name> all;
};

// Never destroyed: a look-up may still run when the program ends.
Names& names() {
  static auto& known = *new Names;
  return known;
}

}  // namespace

void add(const std::string& name, std::vector<std::string> addresses) {
  const std::lock_guard lock(names().mutex);
  names().all[name].addresses = std::move(addresses);
}

void on_look_up(const std::string& name, std::function<void()> action) {
  const std::lock_guard lock(names().mutex);
  names().all[name].action = std::move(action);
}

}  // namespace fake_names

extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
int __real_getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                       addrinfo** found);

int __wrap_getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                       addrinfo** found) {
  fake_names::Name name;
  {
    auto& known = fake_names::names();
    const std::lock_guard lock(known.mutex);
    const auto at = known.all.find(host);
    if (at == known.all.end() || (hints->ai_flags & AI_NUMERICHOST) != 0) {
      return __real_getaddrinfo(host, service, hints, found);
    }
    name = at->second;
  }
  name.action();
  *found = nullptr;
  addrinfo** end = found;
  for (const auto& address : name.addresses) {
    if (const int code = __real_getaddrinfo(address.c_str(), service, hints, end)) return code;
    while (*end != nullptr) end = &(*end)->ai_next;
  }
  return name.addresses.empty() ? EAI_NONAME : 0;
}
// NOLINTEND(bugprone-reserved-identifier)

}  // extern "C"
