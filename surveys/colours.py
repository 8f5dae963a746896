"""A workspace's colour, and whether it can be read: contrast as WCAG 2 measures it (1.4.3, 1.4.11)."""

import re

ENOUGH = 4.5
LIGHT_PAPER, DARK_PAPER = "#ffffff", "#1a1b1e"
BLACK, WHITE = "#14161d", "#ffffff"
PATTERN = re.compile(r"#[0-9a-f]{6}")

Triple = tuple[int, int, int]


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1."""
    parts = [part / 255 for part in _parts(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def is_readable(colour: str, paper: str = LIGHT_PAPER) -> bool:
    return contrast(colour, paper) >= ENOUGH


def on(colour: str) -> str:
    """What to write in on `colour`: the better of black and white."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


def readable(colour: str, paper: str) -> str:
    """The nearest tone of `colour` that can be read on `paper`: darker on light paper, lighter on dark."""
    end = 0 if luminance(paper) > 0.5 else 255
    for step in range(101):
        tone = _mixed(_parts(colour), end, step / 100)
        if is_readable(tone, paper):
            return tone
    return BLACK if end == 0 else WHITE


def _parts(colour: str) -> Triple:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(parts: Triple, end: int, share: float) -> str:
    return "#" + "".join(f"{round(part + (end - part) * share):02x}" for part in parts)
