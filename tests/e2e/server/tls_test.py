"""sockserver --tls: its certificate, its ends, its log, and what a listener on the way hears."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from certificates import client_context, folder, openssl, own_certificate, setUpModule
from harness import (DEADLINE, SOCKSERVER, Peer, Server, Terminal, receive, run, run_server,
                     wait_until)

MODES = "threads", "async", "blocking"


def encrypted(conn):
    return client_context().wrap_socket(conn, suppress_ragged_eofs=False)


def heard_until(conn, wanted):
    came = b""
    while wanted not in came:
        piece = conn.recv(4096)
        if not piece:
            raise AssertionError(f"waited in vain for {wanted!r}, got {came!r}")
        came += piece
    return came


class Relay(Peer):
    """Between a client and the server; remembers what goes by, and cuts it into single bytes."""

    def __init__(self, server, piece=65536):
        self.piece, self.heard, self.server_port = piece, b"", server.port
        super().__init__(self.relay)

    def relay(self, conn):
        with socket.create_connection(("127.0.0.1", self.server_port), DEADLINE) as inside:
            for one in conn, inside:
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=self.copy, args=(inside, conn), daemon=True)
            back.start()
            self.copy(conn, inside)
            back.join(DEADLINE)

    def copy(self, source, sink):
        try:
            while data := source.recv(self.piece):
                self.heard += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class InEveryMode(unittest.TestCase):
    def each(self, *args, **options):
        for mode in MODES:
            with self.subTest(mode), Server("--mode", mode, *args, **options) as server:
                yield server

    def test_the_line_that_it_prints_works_when_typed(self):
        for server in self.each("--tls", doors=2):
            line = re.search(r"^connect with: sockclient (.+)$", server.listening, re.M).group(1)
            self.assertRegex(line, rf"^--tls --pin sha256:[0-9a-f]{{64}} localhost {server.port}$")
            self.assertEqual(run(*line.split(), stdin=b"hola\n").stdout, b"hola\n")
        with Server("--tls", "--log-format", "json") as server:
            told = json.loads(server.listening)
            self.assertEqual(told["layers"], ["tls"])
            self.assertEqual(run("--tls", "--pin", told["pin"], "localhost", server.port,
                                 stdin=b"hola\n").stdout, b"hola\n")

    def test_a_half_close_is_answered_to_the_end(self):
        for server in self.each("--tls", "-P", "echo", *own_certificate()):
            data = os.urandom(300_000)
            with server.connect() as plain, encrypted(plain) as conn:
                for begin in range(0, len(data), 30_000):  # not by two threads: ssl allows one
                    conn.sendall(data[begin:begin + 30_000])
                    receive(conn, data[begin:begin + 30_000])
                conn.unwrap()
            server.wait_for_log("#1 closed by client: .*")

    def test_an_end_that_is_not_told_is_a_lost_connection(self):
        for server in self.each("--tls", *own_certificate()):
            with server.connect() as plain, encrypted(plain) as conn:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
                conn.shutdown(socket.SHUT_WR)
            server.wait_for_log("#1 connection lost: .*")

    def test_a_byte_at_a_time(self):
        for server in self.each("--tls", "-P", "echo", *own_certificate()):
            with Relay(server, piece=1) as relay:
                done = run("--tls", "--ca", folder()["authority.pem"], "127.0.0.1", relay.port,
                           stdin=b"hola que tal\n")
                self.assertEqual((done.stdout, done.stderr, done.returncode),
                                 (b"hola que tal\n", b"", 0))
            self.assertNotIn(b"que tal", relay.heard)

    def test_plain_text_is_not_tls_and_a_port_probe_is_silent(self):
        for server in self.each("--tls"):
            server.connect().close()
            with server.connect() as conn:
                conn.sendall(b"hola\n")
                self.assertEqual(conn.recv(100), b"")
            server.wait_for_log(r"#2 kept out 127\.0\.0\.1:\d+: TLS: not TLS")
            self.assertNotIn("#1", server.log())

    def test_many_at_once(self):
        for server in self.each("--tls", "-P", "echo", *own_certificate()):
            if "blocking" in server.listening:
                continue
            people = [encrypted(server.connect()) for _ in range(60)]
            for number, conn in enumerate(people):
                conn.sendall(b"%d\n" % number)
            for number, conn in enumerate(people):
                receive(conn, b"%d\n" % number)
                conn.close()

    def test_a_room_with_doors_of_both_kinds(self):
        for mode in "threads", "async":
            with self.subTest(mode), Server("--listen", "0=chat,tls", "--listen", "0=chat", "--mode",
                                            mode, port=None, doors=3) as server, \
                    Relay(server) as relay:
                with socket.create_connection(("127.0.0.1", relay.port), DEADLINE) as one, \
                        socket.create_connection(("127.0.0.1", server.ports[1]), DEADLINE) as eva, \
                        server.connect() as other, encrypted(one) as ana, encrypted(other) as leo:
                    people = (ana, b"ana"), (leo, b"leo"), (eva, b"eva")
                    for conn, name in people:
                        heard_until(conn, b"/nick NAME")
                        conn.sendall(b"/nick %s\n" % name)
                        heard_until(conn, b"you are now " + name)
                    for conn, name in people:
                        conn.sendall(b"a secret of %s\n" % name)
                        for hearer, _ in people:
                            if hearer is not conn:
                                heard_until(hearer, b"%s: a secret of %s\n" % (name, name))
                    ana.sendall(b"/quit\n")
                    heard_until(ana, b"* adios\n")
                    self.assertEqual(ana.recv(100), b"")  # close_notify
                    heard_until(leo, b"* ana left\n")
                for word in b"secret", b"ana", b"eva", b"welcome":
                    self.assertNotIn(word, relay.heard)

    def test_the_word_for_everybody_and_the_limits(self):
        for server in self.each("--tls", "-P", "quit", "--banner", "buenas", "--max-messages", "1"):
            with server.connect() as plain, encrypted(plain) as conn:
                conn.sendall(b"hola\nmore\n")
                receive(conn, b"buenas\nhola\n")
                self.assertEqual(conn.recv(1), b"")
            server.wait_for_log("#1 closed by server: .*")
        with Server("--tls", "--once", "-P", "greet") as server:
            with server.connect() as plain, encrypted(plain) as conn:
                receive(conn, b"Hola\n")
                conn.sendall(b"Hola de vuelta!\n")
                self.assertEqual(conn.recv(1), b"")
            self.assertEqual(server.status(), 0)

    def test_faults_are_of_what_the_wire_carries(self):
        for fault, what in [("drip=1@0ms", "hola"), ("delay=20ms", "hola"), ("close=1000", ""),
                            ("reset=700", ""), ("flip=300", ""), ("close=3", ""), ("mute", "")]:
            for server in self.each("--tls", "-P", "echo", "--fault", fault, *own_certificate()):
                done = run("--tls", "--ca", folder()["authority.pem"], "127.0.0.1", server.port,
                           "-w", "1s" if fault == "mute" else "10s", stdin=b"hola")
                self.assertEqual((done.stdout.decode(), done.returncode), (what, 0 if what else 1),
                                 (fault, done.stderr))
                server.wait_for_log("#1 fault: .*")


class Stopping(unittest.TestCase):
    def test_with_clients_in_a_conversation_and_in_a_handshake(self):
        for mode in "threads", "async":
            with self.subTest(mode), Server("--tls", "--mode", mode, "-v") as server, \
                    server.connect() as plain, encrypted(plain) as conn, server.connect() as half:
                conn.sendall(b"hola\n")
                receive(conn, b"hola\n")
                half.sendall(b"\x16\x03\x01\x02")
                server.signal(signal.SIGTERM)
                self.assertEqual(conn.recv(100), b"")  # it was told
                self.assertEqual(server.status(), 0)
                server.wait_for_log("#1 stopped: .*")

    def test_a_second_signal_cuts_one_that_does_not_read(self):
        for mode in "threads", "async":
            with self.subTest(mode), Server("--tls", "--mode", mode, "-P", "echo", "--grace", "1h",
                                            *own_certificate()) as server, \
                    server.connect() as plain, encrypted(plain) as conn:
                conn.settimeout(0.5)
                with self.assertRaises(TimeoutError):  # both windows are full
                    while True:
                        conn.send(bytes(100_000))
                server.signal(signal.SIGTERM)
                server.wait_for_log(r"stopping \(SIGTERM\), 1 connection, up to .*")
                wait_until(lambda: server.signal(signal.SIGTERM) or server.process.poll())
                self.assertEqual(server.status(), 130)


class Files(unittest.TestCase):
    def assert_fails(self, args, complaint):
        done = run_server("--port", 0, "--tls", *args)
        self.assertEqual(done.stderr.decode(), f"sockserver: {complaint}\n")
        self.assertEqual((done.stdout, done.returncode), (b"", 1))

    def test_files_that_cannot_be_used_are_named(self):
        certificate, key = folder()["server.pem"], folder()["server.key"]
        other, missing = folder()["client.key"], folder()["missing"]
        self.assert_fails(["--cert", missing, "--key", key],
                          f'cannot use the certificate "{missing}": No such file or directory')
        self.assert_fails(["--cert", certificate, "--key", missing],
                          f'cannot use the key "{missing}": No such file or directory')
        self.assert_fails(["--cert", certificate, "--key", other],
                          f'cannot use the key "{other}": key values mismatch')
        self.assert_fails(["--cert", key, "--key", key],
                          f'cannot use the certificate "{key}": there is none in it')
        self.assert_fails(["--cert", certificate, "--key", certificate],
                          f'cannot use the key "{certificate}": there is none in it')
        self.assert_fails(["--client-ca", missing],
                          f'cannot use the authorities "{missing}": No such file or directory')

    def test_a_pipe_that_nobody_reads_holds_up_no_start(self):
        with tempfile.TemporaryDirectory() as place:
            os.mkfifo(f"{place}/keys")
            done = subprocess.run([SOCKSERVER, "--tls", "--port", "0"], capture_output=True,
                                  env={**os.environ, "SSLKEYLOGFILE": f"{place}/keys"},
                                  timeout=DEADLINE, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertRegex(done.stderr, rb'^sockserver: cannot write secrets to "[^\n]*\n$')

    def test_a_passphrase_is_not_asked_for(self):
        secret = folder()["secret.key"]
        openssl("pkey", "-in", folder()["server.key"], "-aes256", "-passout", "pass:hola", "-out",
                secret)
        with Terminal(SOCKSERVER, "--port", 0, "--tls", "--cert", folder()["server.pem"], "--key",
                      secret, columns=200) as terminal:
            self.assertEqual(terminal.status(), 1)
            terminal.wait_for(f'sockserver: cannot use the key "{secret}": it has a passphrase')

    def test_one_file_may_hold_both_and_secrets_are_told_to_the_file_that_is_named(self):
        both, secrets = folder()["both.pem"], folder()["secrets"]
        with open(both, "wb") as file:
            for name in "server.key", "server.pem":
                with open(folder()[name], "rb") as part:
                    file.write(part.read())
        with Server("--tls", "--cert", both, "--key", both,
                    env={**os.environ, "SSLKEYLOGFILE": secrets}) as server:
            self.assertNotIn("pin", server.listening)
            done = run("--tls", "--ca", folder()["authority.pem"], "localhost", server.port,
                       stdin=b"hola\n")
            self.assertEqual(done.stdout, b"hola\n")
        with open(secrets, encoding="ascii") as file:
            self.assertIn("SERVER_HANDSHAKE_TRAFFIC_SECRET ", file.read())


if __name__ == "__main__":
    unittest.main()
