"""What the person at the terminal sees."""

import sys
import time


class Stop(Exception):
    """Why the command cannot go on, in a sentence that says what to do about it."""


def say(text: str = "") -> None:
    """Print one line at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Progress:
    """One line for one thing that takes time, beside the output proper (on stderr).

    On a terminal the seconds count up in place. Elsewhere a line appears after the first second and
    then every 15, so that a log shows life without filling up.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self._is_terminal = sys.stderr.isatty()
        self._began = time.monotonic()
        self._next = 0.2 if self._is_terminal else 1.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def tick(self) -> None:
        """Show that we are still waiting; cheap enough to call in every turn of a loop."""
        if self.seconds < self._next:
            return
        self._next = self.seconds + (0.2 if self._is_terminal else 15)
        line = f"  {self.label} ... {self.seconds:.0f} s"
        self._write(f"\r\x1b[K{line}" if self._is_terminal else f"{line}\n")

    def done(self, result: str = "") -> None:
        """Leave the final line, with what it took."""
        if self._is_terminal:
            self._write("\r\x1b[K")
        self._write(f"  {self.label:<44}{result:<8}{self.seconds:6.1f} s\n")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
