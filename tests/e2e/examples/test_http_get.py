import http.server
import threading

from example import ExampleTest

BODY = b'{\n  "origin": "127.0.0.1"\n}'


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append((self.requestline, self.headers.items()))
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_):
        pass


class HttpGetTest(ExampleTest):
    def test_prints_all_that_a_web_server_says(self):
        with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
            server.requests = []
            threading.Thread(target=server.handle_request).start()
            program = self.run_example("http_get", "127.0.0.1", server.server_port)
            program.prints("HTTP/1.0 200 OK\nContent-Length: 27\n\n" + BODY.decode() + "\n")
            program.ends()
            self.assertEqual([("GET /ip HTTP/1.0", [])], server.requests)

    def test_sends_the_request_to_the_letter_and_takes_any_cut_of_the_answer(self):
        listener, port = self.listen()
        program = self.run_example("http_get", "127.0.0.1", port)
        peer = self.accept(listener)
        self.receives(peer, b"GET /ip HTTP/1.0\r\n\r\n")
        for piece in (b"HTTP/1.0 200", b" OK\r", b"\n\r\n", b"one\nt", b"wo"):
            peer.sendall(piece)
        peer.close()
        program.prints("HTTP/1.0 200 OK\n\none\ntwo\n")
        program.ends()
