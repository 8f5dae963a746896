"""Numbers, money and time as people read them: plain strings in the active language, no HTML."""

import math
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from django.utils import dateformat, formats, timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

MISSING = "–"
NBSP = "\u00a0"
MINUS = "−"

SYMBOLS = {
    "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "HKD": "HK$",
    "TWD": "NT$", "SGD": "S$", "AUD": "A$", "CAD": "CA$", "NZD": "NZ$", "BRL": "R$", "PLN": "zł", "TRY": "₺",
}  # fmt: skip
EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "CLP": 0,
    "ISK": 0,
    "VND": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "JOD": 3,
    "TND": 3,
}
SYMBOL_FIRST = {"en", "zh", "ja", "ko", "nl", "hi", "th", "tr"}  # elsewhere the symbol follows the number

Number = int | float | Decimal


def number(value: Number | None, decimals: int = 0) -> str:
    """`12,345` in English; an en dash where there is no value."""
    return MISSING if value is None else _number(get_language(), value, decimals)


@lru_cache(maxsize=8192)
def _number(_language: str | None, value: Number, decimals: int) -> str:
    rounded = _rounded(value, decimals)
    shown = str(formats.number_format(abs(rounded), decimal_pos=decimals, force_grouping=True))
    return f"{MINUS}{shown}" if rounded < 0 else shown


def score(value: Number | None) -> str:
    """A health score in whole points, cut: 69.8 is not 70 yet, where the next band begins."""
    return MISSING if value is None else number(math.floor(value))


def _rounded(value: Number, decimals: int) -> Decimal:
    """Half up, as people do; Django's own formatting cuts."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def signed(value: Number | None, decimals: int = 0) -> str:
    """`+4`, `−14`, `0`: a change, never a level."""
    shown = number(value, decimals)
    return f"+{shown}" if value is not None and _rounded(value, decimals) > 0 else shown


def one_in(chance: float, most: int = 1000) -> int:
    """12 of 0.08: of how many one; never fewer than one, nor more than `most`."""
    return max(1, min(most, round(1 / max(chance, 1 / most))))


def percent(ratio: Number | None, decimals: int = 0) -> str:
    """`71 %` of 0.71."""
    if ratio is None:
        return MISSING
    return f"{number(Decimal(str(ratio)) * 100, decimals)}{NBSP}%"


def major_units(minor: int, currency: str) -> Decimal:
    """4800000 minor units of EUR are 48000; ISO 4217 exponents."""
    return Decimal(minor).scaleb(-EXPONENTS.get(currency, 2))


def _with_symbol(shown: str, currency: str) -> str:
    sign, digits = (MINUS, shown[1:]) if shown.startswith(MINUS) else ("", shown)
    symbol = SYMBOLS.get(currency, currency)
    if (get_language() or "en").split("-")[0] not in SYMBOL_FIRST:
        return f"{sign}{digits}{NBSP}{symbol}"
    return f"{sign}{symbol}{NBSP if symbol.isalpha() else ''}{digits}"


def money(minor: int | None, currency: str) -> str:
    """Exact: `€48,000`, with cents only where there are any."""
    if minor is None:
        return MISSING
    amount = major_units(minor, currency)
    whole = amount == amount.to_integral_value()
    return _with_symbol(number(amount, 0 if whole else EXPONENTS.get(currency, 2)), currency)


def money_short(minor: int | None, currency: str) -> str:
    """For lists: `€950`, `€4.9k`, `€48k`, `€1.2m`; at most three digits."""
    if minor is None:
        return MISSING
    amount = major_units(minor, currency)
    for size, suffix in _units(get_language()):
        scaled = amount / size
        decimals = 1 if suffix and abs(scaled) < Decimal("9.95") and _rounded(scaled, 1) % 1 else 0
        if abs(_rounded(scaled, decimals)) < 1000:
            break
    return _with_symbol(number(scaled, decimals) + suffix, currency)


@cache
def _units(_language: str | None) -> list[tuple[Decimal, str]]:
    return [
        (Decimal(1), ""),
        (Decimal(10) ** 3, pgettext("thousand", "k")),
        (Decimal(10) ** 6, pgettext("million", "m")),
        (Decimal(10) ** 9, pgettext("billion", "bn")),
    ]


def exact(then: datetime | date | None) -> str:
    """`22 Nov 2026, 14:03 CET` in the member's zone; a date without a time as `22 Nov 2026`."""
    if then is None:
        return MISSING
    if isinstance(then, datetime):
        return _exact_time(get_language(), then, timezone.get_current_timezone())
    return _exact_day(get_language(), then)


@lru_cache(maxsize=4096)
def _exact_time(_language: str | None, then: datetime, zone: tzinfo) -> str:
    local = then.astimezone(zone)
    pattern = pgettext("format of a date with time", "j M Y, H:i")
    return f"{dateformat.format(local, pattern)} {local.tzname() or ''}".rstrip()


@lru_cache(maxsize=4096)
def _exact_day(_language: str | None, day: date) -> str:
    return dateformat.format(day, pgettext("format of a date", "j M Y"))


def relative(then: datetime | date, now: datetime) -> str:
    """`just now`, `5 min ago`, `in 3 h`, `yesterday`, `in 12 days`, `4 months ago`; by calendar days."""
    language, today = get_language(), timezone.localtime(now).date()
    if not isinstance(then, datetime):
        return _calendar(language, (then - today).days)
    seconds = (then - now).total_seconds()
    days = (timezone.localtime(then).date() - today).days
    if abs(seconds) < 3600 * 12 or days == 0:
        return _clock(language, round(seconds / 60) if abs(seconds) >= 45 else 0)
    return _calendar(language, days)


@lru_cache(maxsize=4096)
def _clock(_language: str | None, minutes: int) -> str:
    if minutes == 0:
        return gettext("just now")
    count, is_hours = (round(abs(minutes) / 60), True) if abs(minutes) >= 60 else (abs(minutes), False)
    if minutes < 0:
        template = gettext("%(count)s h ago") if is_hours else gettext("%(count)s min ago")
    else:
        template = gettext("in %(count)s h") if is_hours else gettext("in %(count)s min")
    return template % {"count": count}


@lru_cache(maxsize=4096)
def _calendar(_language: str | None, days: int) -> str:
    near = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if days in near:
        return near[days]
    span = abs(days)
    if span < 60:
        words = ngettext("%(count)s day", "%(count)s days", span) % {"count": span}
    elif span < 730:
        months = round(span / 30.44)
        words = ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
    else:
        years = round(span / 365.25)
        words = ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    template = gettext("%(span)s ago") if days < 0 else gettext("in %(span)s")
    return template % {"span": words}
