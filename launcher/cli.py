"""The command line of `run.py`."""

import argparse
import io
import signal
import sys
from collections.abc import Callable

from launcher import checks, commands
from launcher.console import Stop
from launcher.serve import serve

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "test": commands.test,
    "check": lambda arguments: _without_arguments("check", arguments, checks.check),
    "manage": commands.manage,
    "bench": commands.bench,
}
HELP = """\
commands:
  (none)              serve Ninefold here, with demo data; the first start prepares everything
  test [ARGUMENTS]    run the tests on servers of their own; the arguments are pytest's
  check               everything CI checks: lint, format, types, import contracts, migrations,
                      templates, tests and their coverage
  manage COMMAND      run `manage.py COMMAND` with the services up
  bench [NAME ...]    run the benchmarks, or some of them; results go to .local/bench/NAME.json

Everything lives in .venv and .local of this folder. To use servers of your own (PostgreSQL 15 or
later, Redis 6 or later), set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL; .env.example explains.
"""


def main(argv: list[str]) -> int:
    """Run one command and return its exit code; an error a person can mend is one sentence and 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a plain terminal may lack some letters
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's `&` would have us ignore it
        signal.signal(number, _interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # `nohup` means what it says
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        return run(argv)
    except Stop as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except OSError as error:  # a full disk, or a folder that another account has used
        sys.stderr.write(f"The system refused: {error}.\n")
        return 1
    except KeyboardInterrupt:
        return 130


def run(argv: list[str]) -> int:
    """Find the command and run it; without one, serve."""
    if argv and argv[0] in COMMANDS:
        return COMMANDS[argv[0]](argv[1:])
    if argv and not argv[0].startswith("-"):
        raise Stop(f"There is no command {argv[0]}: `python3 run.py --help` lists them.")
    options = parser().parse_args(argv)
    return serve(port=options.port, is_fresh=options.fresh, is_demo=not options.no_demo)


def parser() -> argparse.ArgumentParser:
    """The options of serving; the other commands take theirs as they come."""
    made = argparse.ArgumentParser(
        prog="run.py",
        usage="python3 run.py [--port N] [--fresh] [--no-demo]\n       python3 run.py COMMAND ...",
        description="Start Ninefold on this machine.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--port", type=_port, default=8000, metavar="N", help="where to serve (8000)")
    made.add_argument("--fresh", action="store_true", help="drop the data of earlier runs under .local first")
    made.add_argument("--no-demo", action="store_true", help="start without demo data; mail is really sent")
    return made


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def _without_arguments(name: str, arguments: list[str], command: Callable[[], int]) -> int:
    if arguments:
        raise Stop(f"`{name}` takes no arguments; it was given {' '.join(arguments)}.")
    return command()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
