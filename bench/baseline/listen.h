/* What the baselines share: a listening socket of this machine, and an accepted one made ready. */
#pragma once

/* Listens on 127.0.0.1 at any free port; or, with a number, at a UNIX socket, the abstract name
 * "sock-bench-NUMBER". Says so on stdout, and raises the limit of open files. */
int listen_and_say(const char* number);

/* Answers leave at once. */
void without_delay(int fd);

/* "NAME: the system's reason" on stderr, and the end. */
_Noreturn void die(const char* name);
