"""What is the same in many mails, with gaps for what differs: kept once, and filled in when a mail is read or sent.

Ten thousand letters of 11 kB that differ in a name and a link are 300 bytes each, and half the work. Between two GAPs
stands the name of a piece.
"""

from collections.abc import Mapping

GAP = "\x1f"
Pieces = Mapping[str, str]


def gap(name: str) -> str:
    return f"{GAP}{name}{GAP}"


def filled_text(sheet: str, pieces: Pieces) -> str:
    """A piece that is not known is left out."""
    return "".join([pieces.get(part, "") if place % 2 else part for place, part in enumerate(sheet.split(GAP))])


def filled_html(sheet: str, pieces: Pieces) -> str:
    """The pieces as text, not as HTML."""
    return filled_text(sheet, {name: _escaped(piece) for name, piece in pieces.items()})


def _escaped(text: str) -> str:
    """As it stands between tags or in quotes, written the way css_inline writes it; quotes have no place in a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")
