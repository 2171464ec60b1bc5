// write_documents PROGRAM TEMPLATE FOLDER: writes the manual page and the completions of a program
// into a folder. The line @OPTIONS@ of the template becomes the list of options.

#include <fmt/format.h>

#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "documents.hpp"
#include "sockclient/options.hpp"
#include "sockserver/options.hpp"

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

void write_all(const CLI::App& app, const std::string& pattern, const std::string& folder) {
  constexpr std::string_view mark = "@OPTIONS@\n";
  std::string page = read(pattern);
  const auto at = page.find(mark);
  if (at == page.npos) throw std::runtime_error("no @OPTIONS@ in " + pattern);
  page.replace(at, mark.size(), documents::manual(app));
  const std::string path = folder + "/" + app.get_name();
  write(path + ".1", page);
  write(path + ".bash", documents::bash_completion(app));
  write(path + ".zsh", documents::zsh_completion(app));
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("PROGRAM TEMPLATE FOLDER");
  CLI::App app;
  sockserver::Options server;
  sockclient::Options client;
  if (argv[1] == std::string_view("sockserver")) {
    sockserver::declare(app, server);
  } else {
    sockclient::declare(app, client);
  }
  write_all(app, argv[2], argv[3]);
} catch (const std::exception& error) {
  fmt::print(stderr, "write_documents: {}\n", error.what());
  return 1;
}
