import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from lib import markup

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def words(html):
    return re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize(
    ("score", "band", "expected", "look"),
    [
        (82.4, "healthy", "Healthy 82", "chip-healthy"),
        (63, "watch", "Watch 63", "chip-watch"),
        (0, "at_risk", "At risk 0", "chip-risk"),
        (None, "healthy", "No data", "chip-none"),
        (50, None, "No data", "chip-none"),
        (50, "", "No data", "chip-none"),
    ],
)
def test_score_chip_says_the_band_in_words(score, band, expected, look):
    chip = markup.score_chip(score, band)

    assert words(chip) == expected
    assert look in chip


def test_each_band_has_a_shape_of_its_own():
    shapes = {
        re.search(r' d="([^"]+)"', markup.score_chip(1, band)).group(1)
        for band in ("healthy", "watch", "at_risk", None)
    }

    assert len(shapes) == 4


def test_state_chip_escapes_its_words():
    assert words(markup.state_chip("critical", "<b>")) == "&lt;b&gt;"


def test_ago_is_relative_with_the_exact_time_beside_it():
    assert markup.ago(NOON - timedelta(hours=3), NOON) == (
        '<time datetime="2026-06-15T09:00:00+00:00" title="15 Jun 2026, 09:00 UTC">3 h ago'
        '<span class="visually-hidden">, 15 Jun 2026, 09:00 UTC</span></time>'
    )
    assert words(markup.ago(None, NOON)) == "–"


@pytest.mark.parametrize(
    ("value", "good", "expected", "tone"),
    [(4, "up", "+4", "change-good"), (-14, "up", "−14", "change-bad"), (3, "down", "+3", "change-bad"),
     (3, "", "+3", '"change "'), (0, "up", "0", '"change"'), (None, "up", "–", '"change"')],
)  # fmt: skip
def test_change_is_coloured_by_which_way_is_good(value, good, expected, tone):
    shown = markup.change(value, good)

    assert words(shown) == expected
    assert tone in shown


def test_link_and_icon_escape():
    assert markup.link("/a/?b=1&c=2", "<i>") == '<a href="/a/?b=1&amp;c=2">&lt;i&gt;</a>'
    assert markup.link("/a/", "A", "strong") == '<a href="/a/" class="strong">A</a>'
    assert 'aria-hidden="true"' in markup.icon("bell")
    assert 'role="img" aria-label="Alerts"' in markup.icon("bell", label="Alerts")


def test_every_icon_that_is_used_is_in_the_sprite():
    sprite = Path(finders.find(markup.SPRITE)).read_text()
    there = set(re.findall(r'symbol id="([^"]+)"', sprite))
    sources = [*settings.BASE_DIR.glob("templates/**/*.html"), *settings.BASE_DIR.glob("[a-z]*/**/*.py")]
    used = {
        name: path.name
        for path in sources
        for name in re.findall(
            r'(?:{% icon|\bicon\(|\bicon=|rail_item "[^"]+" "[^"]+" \w+) ?"([a-z0-9-]+)"', path.read_text()
        )
    }

    assert {name: where for name, where in used.items() if name not in there} == {}
