#!/usr/bin/env python3
"""Fetch the front-end files we ship, at pinned versions, and check their integrity.

    python3 scripts/vendor.py           fetch what the lock names, refuse what does not match
    python3 scripts/vendor.py --update  take the versions below and write a new lock

The files are committed: whoever runs Ninefold needs neither Node nor a network. `icons.txt` lists the icons
in the sprite.
"""

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
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

ICONS = Path(__file__).with_name("icons.txt").read_text().split()

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


def vendor(name: str, version: str, expected: str, scratch: Path) -> str:
    """Fetch one package into its folder if its hash is the expected one; the hash."""
    print(f"{name} {version}", flush=True)
    tarball = pack(name, version, scratch)
    found = integrity(tarball)
    if found != expected:
        raise SystemExit(f"{name} {version} does not match: expected {expected}, got {found}.")
    target = home(name, version)
    target.mkdir(parents=True, exist_ok=True)
    unpack(name, tarball, target)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write a new lock from this file's versions")
    update = parser.parse_args().update
    if not shutil.which("npm"):
        raise SystemExit("npm is not installed; it changes a vendored version, Ninefold itself runs without.")
    locked = {} if update else json.loads(LOCK.read_text())
    fresh = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, version in PACKAGES.items():
            if not update and locked[name]["version"] != version:
                raise SystemExit(f"{name}: the lock says {locked[name]['version']}; run with --update.")
            expected = published_integrity(name, version) if update else locked[name]["integrity"]
            fresh[name] = {"version": version, "integrity": vendor(name, version, expected, Path(scratch))}
    LOCK.write_text(json.dumps(fresh, indent=2) + "\n")


if __name__ == "__main__":
    main()
