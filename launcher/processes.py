"""Starting, watching and ending other programs so that none of them outlives us."""

import contextlib
import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.console import Progress, Stop
from launcher.paths import ROOT, private_directory, shown, write_private

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: not safe between fork and exec
_PR_SET_PDEATHSIG = 1


def dies_with_us(death_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` (we have no threads): the kernel sends `death_signal` when we die, even by kill -9.

    That is Linux; elsewhere the next start ends what was left behind, by `Records`.
    """
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if _LIBC:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal))
            if os.getppid() != parent:
                os._exit(1)

    return ask_the_kernel


@dataclass(frozen=True)
class Program:
    """How to start one long-lived process, and how to end it."""

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0  # seconds between asking it to end and killing it
    account: pwd.struct_passwd | None = None  # whom to run it as, instead of us

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it in a session of its own: a Ctrl-C is for us, and we tell it in our order."""
        private_directory(self.log.parent)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.argv,
                cwd="/" if self.account else ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_us(self.stop_signal),
                **as_account(self.account),
            )


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments that make `subprocess` run something as `account`."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def tail(log: Path, lines: int = 20) -> str:
    """The end of a log, indented, with its name above."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    end = "\n".join("    " + line for line in text.splitlines()[-lines:])
    return f"The end of {shown(log)}:\n{end or '    (empty)'}"


def how_it_ended(returncode: int) -> str:
    """`exit 1` or `killed by SIGKILL`."""
    if returncode >= 0:
        return f"exit {returncode}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-returncode).name}"
    return f"killed by signal {-returncode}"


# ------------------------------------------------------------------ short-lived programs
@contextlib.contextmanager
def running(argv: Sequence[str], *, log: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run something in the background with its output in `log`; end it if the block is left early."""
    private_directory(log.parent)
    with log.open("wb") as output:
        process = subprocess.Popen(
            argv,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=dies_with_us(signal.SIGTERM),
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()


def finish(process: subprocess.Popen[bytes], label: str, log: Path) -> None:
    """Wait for `process`, showing progress.

    Raises:
        Stop: it failed; the message ends with the end of its log.
    """
    progress = Progress(label)
    while process.poll() is None:
        progress.tick()
        time.sleep(0.05)
    progress.done()
    if process.returncode:
        raise Stop(f"{label} failed ({how_it_ended(process.returncode)}). {tail(log)}")


def run_logged(argv: Sequence[str], label: str, *, log: Path, env: Mapping[str, str]) -> None:
    """Run something to its end with its output in `log`; Stop if it fails."""
    with running(argv, log=log, env=env) as process:
        finish(process, label, log)


def run_in_front(argv: Sequence[str], *, env: Mapping[str, str]) -> int:
    """Run something on our own terminal and return its exit code, or 128 and the signal that killed it.

    Ctrl-C reaches it directly and is its own to handle (a shell clears its line, pytest prints its
    summary), so we ignore it meanwhile.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    process = subprocess.Popen(argv, cwd=ROOT, env=env, preexec_fn=dies_with_us(signal.SIGTERM))
    try:
        returncode = process.wait()
        return returncode if returncode >= 0 else 128 - returncode
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        signal.signal(signal.SIGINT, before)


def run_attached(argv: Sequence[str], label: str, *, log: Path, env: Mapping[str, str]) -> None:
    """Run something that shows its own progress on stdout; what it logs goes to `log`. Stop if it fails."""
    private_directory(log.parent)
    with log.open("wb") as errors:
        process = subprocess.Popen(argv, cwd=ROOT, env=env, stderr=errors, preexec_fn=dies_with_us(signal.SIGTERM))
    try:
        returncode = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if returncode:
        raise Stop(f"{label} failed ({how_it_ended(returncode)}). {tail(log)}")


# ------------------------------------------------------------------ what a killed run left behind
def birth(pid: int) -> str | None:
    """When the process with this number started, in the system's own words; None if there is none.

    Together with the number it identifies a process for good: numbers are used again.
    """
    if sys.platform != "linux":
        return _ps("lstart", pid) or None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *rest = fields.rpartition(")")[2].split()
    return None if state == "Z" else rest[18]


def command_of(pid: int) -> str:
    """The command line of a process; empty if there is none."""
    if sys.platform != "linux":
        return _ps("command", pid)
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _ps(column: str, pid: int) -> str:
    argv = ["ps", "-o", f"{column}=", "-p", str(pid)]
    return subprocess.run(argv, capture_output=True, text=True).stdout.strip()


class Records:
    """Which processes we started, in a file, so that the next run can end what a kill -9 left behind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, tuple[int, str, int]] = {}

    def remember(self, program: Program, pid: int) -> None:
        """Note a process that was just started."""
        self._rows[program.name] = (pid, birth(pid) or "", int(program.stop_signal))
        write_private(self.path, json.dumps(self._rows))

    def end_leftovers(self) -> None:
        """End what an earlier run started and could not end, and wait until it is gone."""
        try:
            rows = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        left = [(pid, born, number) for pid, born, number in rows.values() if born and birth(pid) == born]
        for pid, _, number in left:
            signal_group(pid, signal.Signals(number))
        progress = Progress("Ending what an earlier run left behind")
        for pid, born, _ in left:
            while birth(pid) == born:
                if progress.seconds > 15:
                    signal_group(pid, signal.SIGKILL)
                progress.tick()
                time.sleep(0.05)
        self.path.unlink()
        if left:
            progress.done()


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a process we started and the children that stayed in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
