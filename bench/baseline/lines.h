/* The work of the quit protocol, in C: lines are cut, "quit" is looked for, the rest goes back. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct lines {
  size_t bytes; /* of whole lines, from the front, to be sent back */
  bool quit;    /* the line behind them is "quit" */
};

struct lines cut_lines(const char* data, size_t size);
