"""Which encoding a file is in: certain by its mark or by what it cannot be, else the likeliest."""

import codecs
import re
from dataclasses import dataclass

UTF_8, UTF_16_LE, UTF_16_BE = "utf-8", "utf-16-le", "utf-16-be"
GB18030, BIG5, WESTERN = "gb18030", "big5", "cp1252"
ENCODINGS = (UTF_8, UTF_16_LE, UTF_16_BE, GB18030, BIG5, WESTERN)

_MARKS = ((codecs.BOM_UTF8, UTF_8), (codecs.BOM_UTF16_LE, UTF_16_LE), (codecs.BOM_UTF16_BE, UTF_16_BE))
_LOOKED_AT = 1 << 18
_HIGH = re.compile(rb"[\x80-\xff]")

# A lead byte in these ranges is one of the characters that the standard's authors counted as frequent.
_FREQUENT_GB = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
_FREQUENT_BIG5 = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")

# Characters of everyday company lists that exist in one script only.
_SIMPLIFIED = frozenset("国业务户联电话邮称责经产东军广华区门发数据网络际贸责团实员动长书对时进样们来与为这说")
_TRADITIONAL = frozenset("國業務戶聯電話郵稱責經產東軍廣華區門發數據網絡際貿責團實員動長書對時進樣們來與為這說")


@dataclass(frozen=True)
class Guess:
    """`mark`: so many bytes at the beginning say it; `is_sure`: nothing else could be meant."""

    encoding: str
    mark: int
    is_sure: bool


def mark_of(data: bytes, encoding: str) -> int:
    """How many bytes of a byte order mark of `encoding` the file begins with."""
    return next((len(mark) for mark, marked in _MARKS if marked == encoding and data.startswith(mark)), 0)


def guess(data: bytes) -> Guess:
    """The encoding of a file that begins with `data`, which may be cut anywhere."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Guess(encoding, len(mark), is_sure=True)
    data = data[:_LOOKED_AT]
    if wide := _without_mark(data):
        return Guess(wide, 0, is_sure=False)
    if _is_decodable(data, UTF_8):
        return Guess(UTF_8, 0, is_sure=True)
    return Guess(_likeliest(data), 0, is_sure=False)


def _without_mark(data: bytes) -> str:
    """UTF-16 of western text: every second byte is zero."""
    zeros_even, zeros_odd = data[0::2].count(0), data[1::2].count(0)
    half = len(data) // 2
    if half and zeros_odd > 0.4 * half and zeros_even < 0.05 * half:
        return UTF_16_LE
    if half and zeros_even > 0.4 * half and zeros_odd < 0.05 * half:
        return UTF_16_BE
    return ""


def _is_decodable(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(data: bytes) -> str:
    """Chinese comes in pairs of bytes, western accents stand alone between letters of ASCII."""
    high = len(_HIGH.findall(data))
    scores = {
        encoding: _frequency(data, encoding, frequent, words, high)
        for encoding, frequent, words in (
            (GB18030, _FREQUENT_GB, _SIMPLIFIED),
            (BIG5, _FREQUENT_BIG5, _TRADITIONAL),
        )
        if _is_decodable(data, encoding)
    }
    best = max(scores, key=lambda encoding: scores[encoding], default=WESTERN)
    return best if scores.get(best, 0) > 0.6 else WESTERN


def _frequency(data: bytes, encoding: str, frequent: "re.Pattern[bytes]", words: frozenset[str], high: int) -> float:
    """The share of pairs of bytes that are frequent characters, nothing if most high bytes are not in pairs."""
    pairs = _PAIR.findall(data)
    if sum(len(_HIGH.findall(pair)) for pair in pairs) < 0.9 * high or _is_lonely(data):
        return 0
    share = sum(frequent.fullmatch(pair) is not None for pair in pairs) / len(pairs)
    text = codecs.getincrementaldecoder(encoding)().decode(data)
    told = sum(char in words for char in text) / len(pairs)
    return share + told


def _is_lonely(data: bytes) -> bool:
    """Whether high bytes mostly stand between ASCII letters, as accents do."""
    alone = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?=[a-z]{2}|[ ,;\t\r\n\"'-]|$)", data))
    return alone > 0.5 * len(re.findall(rb"[\x80-\xff]+", data))
