"""The long-lived processes of one run: started in order, restarted when they die, ended in reverse."""

import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from launcher.console import Progress, Stop, say
from launcher.paths import shown
from launcher.processes import Program, Records, how_it_ended, signal_group, tail

STEADY_SECONDS = 10.0  # whoever lived this long has recovered: the next restart is immediate again
LONGEST_PAUSE = 30.0


def pause_before_restart(quick_deaths: int) -> float:
    """Seconds to wait when a process has died `quick_deaths` times in a row soon after its start."""
    return min(0.25 * 2**quick_deaths, LONGEST_PAUSE) if quick_deaths else 0.0


class Child:
    """One program of the fleet, and the process that runs it now."""

    def __init__(self, program: Program, rank: int) -> None:
        self.program = program
        self.rank = rank
        self.quick_deaths = 0
        self.restart_at: float | None = None
        self.process: subprocess.Popen[bytes]
        self.started_at = 0.0

    def start(self) -> None:
        self.process = self.program.spawn()
        self.started_at = time.monotonic()
        self.restart_at = None

    def is_running(self) -> bool:
        return self.process.poll() is None

    def ended(self) -> str:
        return how_it_ended(self.process.returncode)

    def note_death(self) -> None:
        """Decide when to start again, and end the helpers (web workers, say) that lost their parent."""
        lived = time.monotonic() - self.started_at
        self.quick_deaths = 0 if lived > STEADY_SECONDS else self.quick_deaths + 1
        self.restart_at = time.monotonic() + pause_before_restart(self.quick_deaths)
        signal_group(self.process.pid, signal.SIGKILL)


class Fleet:
    """A context manager: whatever was started inside is ended on the way out, last rank first."""

    def __init__(self, base: Path) -> None:
        self.children: list[Child] = []
        self._records = Records(base / "pids.json")
        self._records.end_leftovers()

    def __enter__(self) -> "Fleet":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, program: Program, *, rank: int = 0) -> Child:
        """Start `program`. A higher rank needs the lower ones, so it is ended before them."""
        child = Child(program, rank)
        child.start()
        self.children.append(child)
        self._records.remember(program, child.process.pid)
        return child

    def check(self) -> None:
        """While starting: Stop, with the end of its log, if any child has ended."""
        for child in self.children:
            if not child.is_running():
                raise Stop(f"{child.program.name} ended while starting ({child.ended()}). {tail(child.program.log)}")

    def mend(self) -> None:
        """While serving: start again what has died, at once the first time and then ever more slowly."""
        for child in self.children:
            if child.restart_at is not None:
                self._restart_when_due(child)
            elif not child.is_running():
                child.note_death()
                say(
                    f"{child.program.name} ended ({child.ended()}): starting it again."
                    f" Its log: {shown(child.program.log)}"
                )
                self._restart_when_due(child)

    def _restart_when_due(self, child: Child) -> None:
        if child.restart_at is not None and time.monotonic() >= child.restart_at:
            child.start()
            self._records.remember(child.program, child.process.pid)

    def stop(self) -> None:
        """End every child, last rank first; a Ctrl-C meanwhile kills what is still there."""
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in handlers:
            signal.signal(number, self._kill_all)
        progress = Progress("Stopping")
        for rank in sorted({child.rank for child in self.children}, reverse=True):
            self._end([child for child in self.children if child.rank == rank], progress)
        if self.children:
            progress.done()
        self.children.clear()
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def _end(self, children: list[Child], progress: Progress) -> None:
        began = time.monotonic()
        for child in children:
            if child.is_running():
                child.process.send_signal(child.program.stop_signal)
        for child in children:
            while child.is_running():
                if time.monotonic() - began > child.program.patience:
                    signal_group(child.process.pid, signal.SIGKILL)
                progress.tick()
                time.sleep(0.05)

    def _kill_all(self, *_: object) -> None:
        for child in self.children:
            signal_group(child.process.pid, signal.SIGKILL)
