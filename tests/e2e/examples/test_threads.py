import select

from example import ExampleTest


def name_of(peer):
    return "%s:%d" % peer.getsockname()


class ThreadsTest(ExampleTest):
    def test_one_thread_answers_the_second_client_after_the_first_has_left(self):
        server = self.run_example("single_threaded_server", 0)
        first, second = self.connect(server), self.connect(server)
        names = name_of(first), name_of(second)
        second.sendall(b"dos")
        first.sendall(b"uno")
        self.receives(first, b"uno")
        self.assertEqual(([], [], []), select.select([second], [], [], 0))
        first.close()
        self.receives(second, b"dos")
        second.close()
        server.prints("".join(f"connected {name}\nclosed {name}\n" for name in names))

    def test_a_thread_for_each_client_answers_the_second_before_the_first_has_left(self):
        server = self.run_example("threaded_server", 0)
        first, second = self.connect(server), self.connect(server)
        names = name_of(first), name_of(second)
        second.sendall(b"dos")
        self.receives(second, b"dos")
        first.sendall(b"uno")
        self.receives(first, b"uno")
        second.close()
        connected = {server.process.stdout.readline().decode() for _ in names}
        self.assertEqual({f"connected {name}\n" for name in names}, connected)
        server.prints(f"closed {names[1]}\n")
        first.close()
        server.prints(f"closed {names[0]}\n")
