"""What a cell says: text, number, day, moment, yes or no, id, address. No Django, no database.

Each reader takes the text of a cell that is not empty and returns what is staged, as text. Raises BadCell.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote

from lib.bounds import FIRST_DAY, LAST_DAY, MOST
from lib.csv import unmarked
from lib.names import is_seen

MOST_AMOUNT = Decimal(MOST)

YES = frozenset("yes y true t 1 on x ja oui si sí sim 是".split())
NO = frozenset("no n false f 0 off nein non não 否".split())

_TAG = re.compile(r"</?(a|b|i|p|u|br|div|em|font|img|li|ol|span|strong|ul)\b[^<>]*/?>", re.IGNORECASE)
_NOTHING = frozenset({"-", "--", "—"})
_PLAIN = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,6})?", re.ASCII)
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL cannot hold
_MONEY = re.compile(r"^[A-Z]{2,3}\$?|^[€$£¥₹₩]|[€$£¥₹₩]$|[A-Z]{3}$|zł$")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}", re.ASCII)
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]+\.[^\s@<>,;\"]+")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier", "feb february februar février", "mar march märz mars",
            "apr april avril", "may mai", "jun june juni juin", "jul july juli juillet", "aug august août",
            "sep sept september septembre", "oct okt october oktober octobre", "nov november novembre",
            "dec dez december dezember décembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", re.ASCII)
_SHORT_DAY = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})", re.ASCII)
_NAMED_DAY = re.compile(r"([0-9]{1,2})[-. /]+([^\W\d]{3,9})\.?[-, /]+([0-9]{4}|[0-9]{2}(?![0-9]))")
_NAMED_MONTH = re.compile(r"([^\W\d]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|utc|gmt|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?",
    re.ASCII | re.IGNORECASE,
)

Reader = Callable[[str], str]


class BadCell(Exception):
    """The cell cannot be what its column is: `code` says why, `detail` with what."""

    def __init__(self, code: str, **detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Manner:
    """How one file writes things. `is_ours`: our own export, read back letter by letter.

    `needs_owner`: a colleague whom nobody here is called refuses the row, rather than be left empty.
    """

    is_ours: bool = False
    day_first: bool = False
    decimal: str = "."
    zone: tzinfo = UTC
    is_salesforce: bool = False
    is_zendesk: bool = False
    needs_owner: bool = False


def tidy(cell: str, manner: Manner) -> str:
    """A cell as people mean it: without what protects spreadsheets, and unless it is ours, without spaces around it,
    markup, and a dash alone, which some systems write for nothing."""
    if cell[:1] == "'":
        cell = unmarked(cell)
    if manner.is_ours:
        return cell
    cell = cell.strip()
    if "<" in cell and _TAG.search(cell):
        cell = html.unescape(_TAG.sub(" ", cell)).strip()
    return "" if cell in _NOTHING else cell


def storable(text: str) -> str:
    """With a sign in the place of what PostgreSQL cannot hold."""
    return _NOT_TEXT.sub("�", text)


# ------------------------------------------------------------------ text
def text(most: int) -> Reader:
    """One line of text."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise BadCell("too_long", most=str(most))
        if not cell.isprintable() and _NOT_TEXT.search(cell):
            raise BadCell("not_text")
        return cell

    return read


def name(most: int) -> Reader:
    """One line of text of which something is seen."""
    plain = text(most)

    def read(cell: str) -> str:
        if not is_seen(cell):
            raise BadCell("not_a_name")
        return plain(cell)

    return read


def identifier(manner: Manner, most: int = 120) -> Reader:
    """An id in another system, as text; one that a spreadsheet has rounded is no longer that id."""
    plain = text(most)

    def read(cell: str) -> str:
        if not manner.is_ours and _SCIENTIFIC.fullmatch(cell):
            raise BadCell("rounded_id", value=cell)
        return plain(salesforce_id(cell) if manner.is_salesforce else cell)

    return read


def salesforce_id(value: str) -> str:
    """The 18 characters of a Salesforce id of 15, which say the same without looking at capitals.

    Each of the last three tells which of five letters are capitals (Salesforce, "Convert 15 digit id").
    """
    if len(value) != 15 or not value.isalnum() or not value.isascii():
        return value
    tail = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, letter in enumerate(value[start : start + 5]) if letter.isupper())
        tail += "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]
    return value + tail


def split_ids(cell: str, read: Reader) -> list[str]:
    """`9002;9999` are two."""
    return [read(part.strip()) for part in cell.split(";") if part.strip()]


def quoted(text: str, *also: str) -> str:
    """Without the signs that separate it from others in our own files."""
    for sign in ("%", ";", *also):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def unquoted(cell: str) -> list[str]:
    """What stands between semicolons in our own files, as it was before it was `quoted`."""
    return [unquote(part) for part in cell.split(";")]


def listed(values: Sequence[str]) -> str:
    """As PostgreSQL writes an array."""
    return "{" + ",".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values) + "}"


def email(cell: str) -> str:
    """One address in small letters; `Mei Chen <mei@cedar.example>` has one as well."""
    found = re.fullmatch(r".*<([^<>]+)>", cell)
    address = (found[1] if found else cell).strip().removeprefix("mailto:").lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address) or _NOT_TEXT.search(address):
        raise BadCell("not_email", value=cell[:80])
    return address


def domain(cell: str) -> str:
    """The domain of an address of a web site, of an e-mail address, or itself."""
    name = cell.strip().lower()
    if name[:4] != "www." and _DOMAIN.fullmatch(name):
        return name
    name = re.sub(r"^[a-z]+://", "", name.removeprefix("mailto:")).partition("/")[0].partition("?")[0]
    name = name.rpartition("@")[2].partition(":")[0].removeprefix("www.").rstrip(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            raise BadCell("not_domain", value=cell[:80]) from None
    if not _DOMAIN.fullmatch(name):
        raise BadCell("not_domain", value=cell[:80])
    return name


def domains(cell: str) -> list[str]:
    """Several, between spaces, commas or semicolons; each once."""
    return list(dict.fromkeys(domain(part) for part in re.split(r"[,;\s]+", cell) if part))


def choice(words: Mapping[str, str]) -> Reader:
    """One of a few: `words` has what each of them may be called, folded."""
    met: dict[str, str] = {}  # as written; a file writes them in few ways

    def read(cell: str) -> str:
        found = met.get(cell)
        if found is None:
            found = words.get(fold(cell))
            if found is None:
                raise BadCell("not_a_choice", value=cell[:80])
            met[cell] = found
        return found

    return read


def fold(name: str) -> str:
    """Words without what does not tell them apart: capitals, spaces, punctuation."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def yes_no(cell: str) -> str:
    word = cell.strip().casefold()
    if word in YES:
        return "t"
    if word in NO:
        return "f"
    raise BadCell("not_yes_no", value=cell[:80])


# ------------------------------------------------------------------ numbers
def number(manner: Manner, *, low: Decimal | None = None) -> Reader:
    """`1,234.56`, `1.234,56`, `1 234`, `(1,234)`, `€48,000`: as a plain number, of at most MOST_AMOUNT."""

    def read(cell: str) -> str:
        amount = _amount(cell, manner.decimal)
        if abs(amount) > MOST_AMOUNT:
            raise BadCell("too_large", value=cell[:80])
        if low is not None and amount < low:
            raise BadCell("too_small", value=cell[:80])
        return f"{amount:f}"

    return read


def whole(manner: Manner) -> Reader:
    """A whole number that is not negative and fits the database."""

    def read(cell: str) -> str:
        amount = _amount(cell, manner.decimal)
        if amount != amount.to_integral_value():
            raise BadCell("not_whole", value=cell[:80])
        if not 0 <= amount < 2**31:
            raise BadCell("too_small" if amount < 0 else "too_large", value=cell[:80])
        return str(int(amount))

    return read


def _amount(cell: str, decimal: str) -> Decimal:
    if _PLAIN.fullmatch(cell) and (decimal == "." or "." not in cell):
        return Decimal(cell)
    plain = re.sub(r"[\s'’_\u00a0\u202f]", "", cell)
    is_negative = plain.startswith("(") and plain.endswith(")")
    plain = _MONEY.sub("", _MONEY.sub("", plain.strip("()"))).replace("−", "-")
    try:
        amount = Decimal(_pointed(plain, decimal))
    except InvalidOperation:
        raise BadCell("not_a_number", value=cell[:80]) from None
    if not amount.is_finite():
        raise BadCell("not_a_number", value=cell[:80])
    return -amount if is_negative else amount


def _pointed(plain: str, decimal: str) -> str:
    """With a point before the fraction and nothing between thousands. Of two kinds of mark, the last is the point."""
    if len(plain) > 60:
        return ""
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        mark = max(".,", key=plain.rfind)
    elif points > 1 or commas > 1:
        mark = ""
    else:
        mark = _lone_mark(plain, decimal)
    for other in {".", ","} - {mark}:
        plain = plain.replace(other, "")
    return plain.replace(mark, ".") if mark else plain


def _lone_mark(plain: str, decimal: str) -> str:
    """`1,234` is a thousand and more where people write 1,234.56; `1,5` is one and a half everywhere."""
    used = "." if "." in plain else ","
    return used if used == decimal or not re.search(r"\d[.,]\d{3}$", plain) else ""


# ------------------------------------------------------------------ time
def day(manner: Manner) -> Reader:
    """A date, of a moment its day in the file's zone: `YYYY-MM-DD`."""

    def read(cell: str) -> str:
        found, rest = _day(cell.strip(), manner)
        if rest and _TIME.fullmatch(rest) is None:
            raise BadCell("not_a_date", value=cell[:80])
        return found.isoformat()

    return read


def moment(manner: Manner) -> Reader:
    """A date with a time, in the file's zone unless it says another; a date alone is its beginning. ISO 8601."""

    def read(cell: str) -> str:
        found, rest = _day(cell.strip(), manner)
        if not rest:
            return datetime.combine(found, time(), manner.zone).isoformat()
        said = _TIME.fullmatch(rest)
        if said is None:
            raise BadCell("not_a_time", value=cell[:80])
        return _at(found, said, manner, cell).isoformat()

    return read


def _day(cell: str, manner: Manner) -> tuple[date, str]:
    """The date in front, and what follows it."""
    if match := _ISO_DAY.match(cell):
        year, month, number = match[1], match[2], match[3]
    elif match := _SHORT_DAY.match(cell):
        first, second, year = match[1], match[3], match[4]
        is_day_first = manner.day_first or match[2] == "." or int(first) > 12
        number, month = (first, second) if is_day_first and int(second) <= 12 else (second, first)
    elif match := _NAMED_DAY.match(cell):
        number, month, year = match[1], _month(match[2], cell), match[3]
    elif match := _NAMED_MONTH.match(cell):
        number, month, year = match[2], _month(match[1], cell), match[3]
    else:
        raise BadCell("not_a_date", value=cell[:80])
    return _date(year, month, number, cell), cell[match.end() :].lstrip(" T,").strip()


def _month(name: str, cell: str) -> str:
    number = _MONTHS.get(name.casefold())
    if number is None:
        raise BadCell("not_a_date", value=cell[:80])
    return str(number)


def _date(year: str, month: str, number: str, cell: str) -> date:
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    try:
        found = date(full, int(month), int(number))
    except ValueError:
        raise BadCell("not_a_date", value=cell[:80]) from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadCell("too_far", value=cell[:80])
    return found


def _at(found: date, said: "re.Match[str]", manner: Manner, cell: str) -> datetime:
    hour, half = int(said["hour"]), (said["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            raise BadCell("not_a_time", value=cell[:80])
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        micro = int((said["fraction"] or "0")[:6].ljust(6, "0"))
        clock = time(hour, int(said["minute"]), int(said["second"] or 0), micro)
    except ValueError:
        raise BadCell("not_a_time", value=cell[:80]) from None
    zone = (said["zone"] or "").lower()
    if not zone:
        return datetime.combine(found, clock, manner.zone)
    return datetime.combine(found, clock, UTC if zone[0].isalpha() else _offset(zone, cell))


def _offset(zone: str, cell: str) -> tzinfo:
    try:
        said = datetime.strptime(zone.replace(":", "").ljust(5, "0"), "%z").tzinfo
    except ValueError:
        raise BadCell("not_a_time", value=cell[:80]) from None
    return said or UTC
