"""What we ship of others: pinned, licensed, complete, and named without a host."""

import json
import re

from django.conf import settings

VENDOR = settings.BASE_DIR / "static" / "vendor"
LOCK = json.loads((settings.BASE_DIR / "scripts" / "vendor.lock.json").read_text())


def folders():
    return {f"{name.lstrip('@').replace('/', '-')}-{entry['version']}" for name, entry in LOCK.items()}


def test_the_lock_names_versions_and_hashes_but_no_host():
    assert all(set(entry) == {"version", "integrity"} for entry in LOCK.values())
    assert all(entry["integrity"].startswith("sha512-") for entry in LOCK.values())
    assert "://" not in json.dumps(LOCK)


def test_every_vendored_package_is_locked_and_brings_its_licence():
    assert {path.name for path in VENDOR.iterdir()} == folders()
    assert all((VENDOR / name / "LICENSE").exists() for name in folders())


def test_pages_and_styles_name_only_vendored_files_that_are_there():
    sources = [*settings.BASE_DIR.glob("templates/**/*.html"), *settings.BASE_DIR.glob("static/*.css")]
    named = {path for source in sources for path in re.findall(r"vendor/([\w./-]+)", source.read_text())}

    assert named
    assert {path for path in named if not (VENDOR / path).is_file()} == set()


def test_the_sprite_holds_the_icons_of_the_list():
    wanted = set((settings.BASE_DIR / "scripts" / "icons.txt").read_text().split())
    sprite = next(VENDOR.glob("tabler-icons-*/sprite.svg")).read_text()

    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == wanted
