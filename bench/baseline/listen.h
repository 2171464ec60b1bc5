/* What the baselines share: a listening socket of this machine, and an accepted one made ready. */
#pragma once

/* Listens on 127.0.0.1 at any free port, says so on stdout, and raises the limit of open files. */
int listen_and_say(void);

/* Answers leave at once. */
void without_delay(int fd);

/* "NAME: the system's reason" on stderr, and the end. */
_Noreturn void die(const char* name);
