"""A mail server for tests, on this machine: it takes mail, and breaks off or refuses where a test wants it to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Sink:
    """`taken` has (recipient, message) of each mail that was acknowledged, and `connections` how often it was called.

    `refused` are recipients it does not know, `greylisted` those it wants later; it breaks off instead of
    acknowledging the mails to `broken_off` (which it has taken), each once. While it `is_full` it takes no message;
    `senders` are from whom it was offered some.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.refused: set[str] = set()
        self.greylisted: set[str] = set()
        self.broken_off: list[str] = []
        self.senders: list[str] = []
        self.is_full = False
        self.connections = 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]

    @property
    def recipients(self) -> list[str]:
        return [to for to, _message in self.taken]

    def stop(self) -> None:
        """Nobody answers any more."""
        with suppress(OSError):  # it has stopped already
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def serve(self) -> None:
        while True:
            try:
                line, _address = self.server.accept()
            except OSError:  # closed: the test is over
                return
            threading.Thread(target=self.talk, args=(line,), daemon=True).start()

    def talk(self, line: socket.socket) -> None:
        self.connections += 1
        with line, line.makefile("rb") as told:
            line.sendall(b"220 sink\r\n")
            to = ""
            for command in told:
                verb = command[:4].upper()
                if verb == b"MAIL":
                    self.senders.append(command.partition(b"<")[2].partition(b">")[0].decode())
                    line.sendall(b"250 sink\r\n")
                elif verb == b"RCPT":
                    to = command.partition(b"<")[2].partition(b">")[0].decode()
                    line.sendall(self.judged(to))
                elif verb == b"DATA" and self.is_full:
                    line.sendall(b"452 4.3.1 no room\r\n")
                elif verb == b"DATA":
                    line.sendall(b"354 go on\r\n")
                    message = b"".join(iter(told.readline, b".\r\n"))
                    self.taken.append((to, message))
                    if to in self.broken_off:
                        self.broken_off.remove(to)
                        return
                    line.sendall(b"250 taken\r\n")
                elif verb == b"QUIT":
                    line.sendall(b"221 bye\r\n")
                    return
                else:
                    line.sendall(b"250 sink\r\n")

    def judged(self, to: str) -> bytes:
        if to in self.refused:
            return b"550 5.1.1 nobody of that name\r\n"
        return b"450 4.7.1 come back later\r\n" if to in self.greylisted else b"250 sink\r\n"


@contextmanager
def running() -> Iterator[Sink]:
    sink = Sink()
    threading.Thread(target=sink.serve, daemon=True).start()
    yield sink
    sink.stop()
