#include "printer.hpp"

#include <unistd.h>

#include "output.hpp"

namespace sockclient {

Printer::Printer(const Options& options)
    : is_escaped_(is_terminal(STDOUT_FILENO) && !options.raw),
      is_stamped_(options.timestamps),
      screen_(Screen::Layout::flowing, {.time = options.timestamps ? local_time : TimeOfDay()}),
      timestamps_(local_time) {}

void Printer::print(std::string_view bytes) {
  if (is_escaped_) {
    write_out(screen_.show(bytes));
  } else if (is_stamped_) {
    write_out(timestamps_.stamp(bytes));
  } else {
    write_out(bytes);
  }
}

void Printer::finish() { write_out(screen_.finish()); }

}  // namespace sockclient
