#!/usr/bin/env python3
"""Fetch the front-end files we ship, at pinned versions, and check their integrity.

    python3 scripts/vendor.py           fetch what the lock names, refuse what does not match
    python3 scripts/vendor.py --update  take the versions below and write a new lock

The files are committed: whoever runs Ninefold needs neither Node nor a network. Run this only to change a version.
"""

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
LOCK = Path(__file__).with_name("vendor.lock.json")

PACKAGES = {"@tabler/core": "1.6.1", "@tabler/icons": "3.51.0", "@fontsource-variable/inter": "5.3.0"}

FILES = {
    "@tabler/core": {"dist/css/tabler.min.css": "tabler.min.css"},
    "@tabler/icons": {"LICENSE": "LICENSE"},
    "@fontsource-variable/inter": {
        "LICENSE": "LICENSE",
        "files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
        "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
    },
}

ICONS = """
activity adjustments-horizontal alert-circle alert-triangle archive arrow-back-up arrow-down arrow-left arrow-right
arrow-up arrows-sort bell bell-off bolt book building building-store calendar calendar-due calendar-event chart-bar
chart-line check checklist chevron-down chevron-left chevron-right chevron-up circle-check circle-dashed circle-x clock
clock-pause cloud-upload code copy credit-card currency-dollar database device-desktop dots dots-vertical download edit
external-link eye eye-off file-description file-export file-import filter flag flame folder gauge gift heart
heart-handshake heartbeat help-circle history home inbox info-circle key keyboard layout-board layout-kanban link list
lock login logout mail mail-forward map-pin menu-2 message message-2 messages minus mood-happy mood-neutral mood-sad
moon note package pencil phone player-pause player-play plug plug-connected plus presentation printer question-mark
refresh repeat report-analytics rocket route send settings share shield-check shield-lock sparkles star stethoscope sun
tag target ticket timeline trash trending-down trending-up trophy upload user user-check user-circle user-plus users
video wand webhook world x
""".split()

TABLER_LICENSE = """MIT License

Copyright (c) 2018-2026 The Tabler Authors
Contains Bootstrap, Copyright (c) 2011-2026 The Bootstrap Authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def pack(name: str, version: str, directory: Path) -> Path:
    """Download the package's tarball with the npm client; its path."""
    before = set(directory.iterdir())
    command = ["npm", "pack", "--silent", f"{name}@{version}"]
    subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (tarball,) = set(directory.iterdir()) - before
    return tarball


def integrity(tarball: Path) -> str:
    """The tarball's hash as npm writes it (`sha512-` and base64)."""
    return "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()


def published_integrity(name: str, version: str) -> str:
    """The hash the registry publishes, asked for apart from the download."""
    command = ["npm", "view", "--silent", f"{name}@{version}", "dist.integrity"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def home(name: str, version: str) -> Path:
    """`static/vendor/tabler-core-1.6.1` for `@tabler/core` 1.6.1."""
    return VENDOR / f"{name.lstrip('@').replace('/', '-')}-{version}"


def unpack(name: str, tarball: Path, target: Path) -> None:
    """Copy the listed files only, without references to source maps we do not ship."""
    with tarfile.open(tarball) as archive:
        for source, wanted in FILES[name].items():
            content = archive.extractfile(f"package/{source}").read()
            if wanted.endswith(".css"):
                content = re.sub(rb"\n?/\*# sourceMappingURL=.*?\*/", b"", content)
            (target / wanted).write_bytes(content)
        if name == "@tabler/icons":
            (target / "sprite.svg").write_text(sprite(archive))
    if name == "@tabler/core":
        (target / "LICENSE").write_text(TABLER_LICENSE)  # the tarball has none


def sprite(archive: tarfile.TarFile) -> str:
    """One SVG with a symbol an icon; the stroke comes from the page's CSS."""
    symbols = []
    for icon in ICONS:
        text = archive.extractfile(f"package/icons/outline/{icon}.svg").read().decode()
        shapes = re.findall(r"<(?:path|circle|rect|line|polyline)\b[^>]*/>", text)
        drawn = "".join(shape for shape in shapes if 'stroke="none"' not in shape)
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{drawn}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write a new lock from the versions in this file")
    update = parser.parse_args().update
    if not shutil.which("npm"):
        print("npm is not installed; it is needed to change a vendored version, not to run Ninefold.")
        return 1
    locked = {} if update else json.loads(LOCK.read_text())
    fresh = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, version in PACKAGES.items():
            print(f"{name} {version}", flush=True)
            tarball = pack(name, version, Path(scratch))
            found = integrity(tarball)
            expected = published_integrity(name, version) if update else locked[name]["integrity"]
            if found != expected or (not update and locked[name]["version"] != version):
                print(f"{name} {version} does not match: expected {expected}, got {found}.")
                return 1
            target = home(name, version)
            target.mkdir(parents=True, exist_ok=True)
            unpack(name, tarball, target)
            fresh[name] = {"version": version, "integrity": found}
    LOCK.write_text(json.dumps(fresh, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
