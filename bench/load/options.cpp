#include "options.hpp"

#include <stdexcept>

namespace load {

Options::Options(int argc, char** argv) {
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i];
    if (!name.starts_with("--") || i + 1 == argc) throw std::runtime_error("what is " + name + "?");
    values_[name.substr(2)] = std::stod(argv[i + 1]);
  }
}

double Options::number(const std::string& name, double standard) const {
  const auto found = values_.find(name);
  return found == values_.end() ? standard : found->second;
}

std::size_t Options::count(const std::string& name, std::size_t standard) const {
  return static_cast<std::size_t>(number(name, static_cast<double>(standard)));
}

}  // namespace load
