"""One fake for each service outside: here, any HTTP server."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Answer:
    """What the server says next. `raw`, when given, is sent instead of an HTTP answer; `drip` seconds a byte."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    delay: float = 0
    raw: bytes = b""
    drip: float = 0


@dataclass
class Received:
    """One request as it came; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class FakeServer:
    """Answers with `answers` in turn, then with `otherwise`, and keeps what it was asked.

    `by_path` answers a path (without its query) always alike, before anything else.
    """

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.answers: list[Answer] = []
        self.by_path: dict[str, Answer] = {}
        self.otherwise = Answer()
        self.connections = 0
        self.scheme, self.host, self.port = "http", "127.0.0.1", 0

    @property
    def name(self) -> str:
        """For OUTGOING_ALLOW."""
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.name}{path}"

    def take(self, received: Received) -> Answer:
        self.requests.append(received)
        path = received.path.partition("?")[0]
        if path in self.by_path:
            return self.by_path[path]
        return self.answers.pop(0) if self.answers else self.otherwise


@contextmanager
def fake_server(certificate: Path | None = None) -> Iterator[FakeServer]:
    """A server on a free port of this machine; with a PEM file of key and certificate it speaks TLS."""
    fake = FakeServer()
    server = ThreadingHTTPServer((fake.host, 0), _handler(fake))
    server.handle_error = lambda request, address: None  # a client that hangs up is what some tests want
    fake.port = server.server_address[1]
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        fake.scheme = "https"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    try:
        yield fake
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _handler(fake: FakeServer) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"fake": fake})


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer

    def setup(self) -> None:
        self.fake.connections += 1
        super().setup()

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.fake.take(Received(self.command, self.path, headers, self.rfile.read(length)))
        time.sleep(answer.delay)
        if answer.raw:
            self.spell(answer)
        else:
            self.speak(answer)

    def speak(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def spell(self, answer: Answer) -> None:
        if not answer.drip:
            self.wfile.write(answer.raw)
            return
        for byte in answer.raw:
            self.wfile.write(bytes([byte]))
            time.sleep(answer.drip)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

    def log_message(self, *args: object) -> None:
        """Nothing."""
