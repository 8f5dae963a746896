"""A logo as it was uploaded: what kind of picture it is and how large, read from its first bytes.

Only PNG and JPEG: mail programs show no SVG, and an SVG can carry a script.
"""

from dataclasses import dataclass

MOST_BYTES = 16 * 1024  # with it the whole page stays below 30 kB
MOST_PIXELS = 2000
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# The frames of a JPEG that tell its size: SOF0 to SOF15 without DHT, JPG and DAC.
SIZED = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class NoPicture(Exception):
    """Neither a whole PNG nor a whole JPEG."""


class TooLarge(Exception):
    """More bytes, or more pixels, than a page should carry."""


@dataclass(frozen=True)
class Picture:
    data: bytes
    kind: str
    width: int
    height: int


def shown_size(width: int, height: int) -> tuple[int, int]:
    """In CSS pixels: 40 high and 220 wide at most, never enlarged."""
    if not width or not height:
        return 0, 0
    factor = min(1, 40 / height, 220 / width)
    return round(width * factor), round(height * factor)


def read(data: bytes) -> Picture:
    """Raises NoPicture, TooLarge."""
    if len(data) > MOST_BYTES:
        raise TooLarge
    if data.startswith(PNG):
        kind, (width, height) = "image/png", _png_size(data)
    elif data.startswith(JPEG):
        kind, (width, height) = "image/jpeg", _jpeg_size(data)
    else:
        raise NoPicture
    if not width or not height:
        raise NoPicture
    if max(width, height) > MOST_PIXELS:
        raise TooLarge
    return Picture(data, kind, width, height)


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or b"IEND" not in data[-12:]:
        raise NoPicture
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def _jpeg_size(data: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if marker in SIZED:
            return int.from_bytes(data[place + 7 : place + 9]), int.from_bytes(data[place + 5 : place + 7])
        place += 2 + length
    raise NoPicture
