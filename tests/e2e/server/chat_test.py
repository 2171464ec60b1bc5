"""A room with people in sockclient, nc and telnet, each on a terminal."""

import signal
import unittest

from harness import SOCKCLIENT, Server, Terminal, wait_until

WELCOME = "* /nick NAME to choose a name, /help for the rest"


def shows(person, *rows):
    """Waits until all these rows are on the screen, wherever."""
    for row in rows:
        wait_until(lambda: row in person.rows(), row)


class Room(unittest.TestCase):
    def join(self, program, server):
        person = Terminal(program, "localhost", server.port)
        self.addCleanup(person.__exit__)
        shows(person, WELCOME)
        return person

    def test_people_in_sockclient_nc_and_telnet_hold_a_conversation(self):
        with Server("--protocol", "chat") as server:
            ana = self.join(SOCKCLIENT, server)
            eva = self.join("nc", server)
            leo = self.join("telnet", server)
            mia = self.join(SOCKCLIENT, server)
            shows(ana, "* guest4 joined (4 here)")
            for person, name in ((ana, "ana"), (eva, "eva"), (leo, "leo"), (mia, "mia")):
                person.line("/nick " + name)
                shows(person, "* you are now " + name)
            shows(leo, "* guest4 is now mia")
            ana.line("¿qué tal?")
            for person in (eva, leo, mia):
                shows(person, "ana: ¿qué tal?")
            ana.type("a medio")
            leo.line("bien")
            shows(ana, "leo: bien", "> a medio")
            ana.line(" decir")
            shows(eva, "leo: bien", "ana: a medio decir")
            mia.line("/msg LEO psst")
            shows(leo, "mia -> you: psst")
            shows(mia, "* to leo: psst")
            eva.line("/who")
            shows(eva, "* 4 here: ana, eva (you), leo, mia")
            leo.line("/quit")
            shows(leo, "* adios", "Connection closed by foreign host.")
            shows(ana, "* leo left")
            server.signal(signal.SIGTERM)
            for person in (ana, eva, mia):
                shows(person, "* the server is shutting down")
            shows(ana, "adios")
            self.assertEqual(ana.status(), 0)
            self.assertEqual(server.status(), 0)

    def test_telnet_shows_what_comes_after_its_ctrl_c(self):
        with Server("--protocol", "chat") as server:
            leo = self.join("telnet", server)
            eva = self.join("nc", server)
            leo.press("C-c")
            leo.line("sigo")
            shows(eva, "guest1: sigo")
            eva.line("bien")
            shows(leo, "guest2: bien")

    def test_in_mode_blocking_one_at_a_time(self):
        with Server("--protocol", "chat", "--mode", "blocking") as server:
            ana = self.join(SOCKCLIENT, server)
            ana.line("hay alguien?")
            eva = Terminal("nc", "localhost", server.port)
            self.addCleanup(eva.__exit__)
            ana.press("C-d")
            shows(eva, "* 1 earlier message:", "guest1: hay alguien?")
            shows(eva, "* welcome, you are guest2. nobody else is here")


if __name__ == "__main__":
    unittest.main()
