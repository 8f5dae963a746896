"""One run at a time in a folder of `.local`."""

import fcntl
from pathlib import Path
from types import TracebackType
from typing import TextIO

from launcher.paths import private_directory


class Taken(Exception):
    """Another run has this folder."""


class Lease:
    """A context manager that holds a folder for us; the system lets go of it when we die, however we die."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._handle: TextIO

    def __enter__(self) -> "Lease":
        self._handle = (private_directory(self.base) / "lock").open("w")
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._handle.close()
            raise Taken from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.close()
