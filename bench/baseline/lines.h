/* The work of the quit protocol, in C: finds lines and "quit"; all other lines are sent back. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct lines {
  size_t bytes; /* of whole lines, from the front, to be sent back */
  bool quit;    /* the line after them is "quit" */
};

struct lines cut_lines(const char* data, size_t size);
