#!/usr/bin/env python3
"""Write requirements.lock and requirements-dev.lock from pyproject.toml. Needs uv.

What is locked stays at its version unless `--upgrade` is given. The files carry a hash for every file of
every package, for all Python versions and machines, and never the address of an index: that is the
business of whoever installs. Indexes named in the environment are not asked either, so that everybody
gets the same files.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.lock": ["--no-dev"], "requirements-dev.lock": []}
EXPORT = ["export", "--frozen", "--no-emit-project", "--no-header", "--no-annotate", "--extra", "embedded"]
SETTINGS = "[tool.uv]\n"


def main() -> None:
    """Lock in a copy, so that nothing but the two files changes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions pyproject.toml allows")
    is_upgrade = parser.parse_args().upgrade
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("Locking needs uv: https://docs.astral.sh/uv/ (pip install uv).")
    with tempfile.TemporaryDirectory() as copy:
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        (Path(copy) / "pyproject.toml").write_text(text if is_upgrade else held(text), encoding="utf-8")
        run(uv, "lock", "--no-config", folder=copy)
        for name, options in LOCKS.items():
            run(uv, *EXPORT, *options, "--output-file", name, folder=copy)
            shutil.copyfile(Path(copy) / name, ROOT / name)


def held(pyproject: str) -> str:
    """`pyproject` with today's pins as constraints."""
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    pins = [line.rstrip(" \\") for line in lock.splitlines() if not line.startswith(" ")]
    return pyproject.replace(SETTINGS, f"{SETTINGS}constraint-dependencies = {json.dumps(pins)}\n")


def run(*argv: str, folder: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    if subprocess.run([*argv, "--quiet"], cwd=folder, env=env).returncode:
        sys.exit("uv could not lock; what it said is above. A pin may stand in the way of pyproject.toml: --upgrade.")


if __name__ == "__main__":
    main()
