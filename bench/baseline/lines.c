#define _GNU_SOURCE
#include "lines.h"

#include <string.h>

struct lines cut_lines(const char* data, size_t size) {
  struct lines lines = {0, false};
  const char* end;
  while ((end = memchr(data + lines.bytes, '\n', size - lines.bytes)) != NULL) {
    const char* line = data + lines.bytes;
    size_t length = (size_t)(end - line);
    if (length > 0 && line[length - 1] == '\r') --length;
    if (length == 4 && memcmp(line, "quit", 4) == 0) {
      lines.quit = true;
      break;
    }
    lines.bytes = (size_t)(end - data) + 1;
  }
  return lines;
}
