/* Shared by the baselines: a listening socket, and the settings of an accepted one. */
#pragma once

/* Listens on 127.0.0.1 on any free port; or, with a number, on a UNIX socket, the abstract name
 * "sock-bench-NUMBER". Reports it on stdout, and raises the limit of open files. */
int listen_and_say(const char* number);

/* Sets TCP_NODELAY: answers are sent at once. */
void without_delay(int fd);

/* Prints "NAME: the system's reason" on stderr, and exits. */
_Noreturn void die(const char* name);
