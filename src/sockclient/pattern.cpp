#include "pattern.hpp"

#include <array>
#include <stdexcept>

namespace sockclient {
namespace {

void release(regex_t* compiled) {
  ::regfree(compiled);
  delete compiled;
}

}  // namespace

Pattern::Pattern(const std::string& text) {
  if (text.find('\0') != text.npos) throw std::invalid_argument("an expression with a NUL in it");
  auto compiled = std::make_unique<regex_t>();
  if (const int error = ::regcomp(compiled.get(), text.c_str(), REG_EXTENDED | REG_NOSUB)) {
    std::array<char, 256> why{};
    ::regerror(error, compiled.get(), why.data(), why.size());
    throw std::invalid_argument("\"" + text + "\": " + why.data());
  }
  compiled_ = {compiled.release(), release};
}

bool Pattern::matches(std::string_view text) const {
#ifdef REG_STARTEND
  regmatch_t part{.rm_so = 0, .rm_eo = static_cast<regoff_t>(text.size())};
  return ::regexec(compiled_.get(), text.data(), 1, &part, REG_STARTEND) == 0;
#else  // regexec() without a size stops at the first NUL
  return ::regexec(compiled_.get(), std::string(text).c_str(), 0, nullptr, 0) == 0;
#endif
}

}  // namespace sockclient
