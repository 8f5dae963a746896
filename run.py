#!/usr/bin/env python3
"""Ninefold's one command: `python3 run.py --help`. Needs Python 3.11 or later, and nothing installed."""

import os
import sys


def main() -> int:
    """Say what is missing in one sentence, or hand over to the launcher."""
    if sys.version_info < (3, 11):  # noqa: UP036  whoever lacks it still gets this far
        sys.exit("Ninefold needs Python 3.11 or later; this is Python {}.{}.".format(*sys.version_info[:2]))
    if os.name == "nt":
        sys.exit("Ninefold starts on Linux and macOS; on Windows use WSL, or the images of docker-compose.yml.")
    from launcher import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
