"""A text as words: of letters, or one Chinese character each; with what ends a clause and what ends a sentence.

Places are those of the text as it was typed. One pass, whatever the text: no pattern here can look back.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from voice.reading.traditional import SIMPLIFIED

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
PATTERN = re.compile(
    rf"(?P<word>[^\W_{HAN}]+(?:['’][^\W_{HAN}]+)*)"
    rf"|(?P<han>[{HAN}])"
    r"|(?P<face>[:;]-?[()])"
    r"|(?P<sign>[\u2600-\u27bf\U0001f300-\U0001faff])"
    r"|(?P<comma>[,，、:：])"
    r"|(?P<stop>[.!?…;。！？；\n])"
)
ZH_SHARE = 0.25  # a character says more than a letter


class Kind(StrEnum):
    """What one token is."""

    WORD = "word"
    HAN = "han"
    FACE = "face"
    SIGN = "sign"
    COMMA = "comma"
    STOP = "stop"


class Token(NamedTuple):
    """One word; `key` is what lists know it by, `start` and `end` its place in the text."""

    key: str
    start: int
    end: int
    kind: Kind


def tokens(text: str) -> list[Token]:
    """All of them, in order; what is neither word nor sign is left out."""
    return [
        Token(_key(found.group(), kind), found.start(), found.end(), kind)
        for found in PATTERN.finditer(text)
        for kind in [Kind(found.lastgroup or "")]
    ]


def keys(phrase: str) -> tuple[str, ...]:
    """A phrase as it is looked up: `late again` is two keys, `不满意` three."""
    return tuple(token.key for token in tokens(phrase) if token.kind not in {Kind.COMMA, Kind.STOP})


def language(found: Sequence[Token]) -> str:
    """`zh`, `en` (any language of letters), or nothing where there are no words."""
    han = sum(token.kind == Kind.HAN for token in found)
    letters = sum(token.end - token.start for token in found if token.kind == Kind.WORD)
    if not han and not letters:
        return ""
    return "zh" if han >= ZH_SHARE * (han + letters) else "en"


def _key(text: str, kind: Kind) -> str:
    if kind == Kind.HAN:
        return text.translate(SIMPLIFIED)
    return stem(text.lower().replace("’", "'")) if kind == Kind.WORD else text


# Words that a rule for endings would make another word of.
AS_THEY_ARE = frozenset(
    """
    please news this his has was is as us yes bus plus status always perhaps its process access address business less
    unless across thing nothing something anything everything during morning evening spring string being need needed
    used use going king bring ring wing red bed led speed feed indeed exceed hundred bored rise else these those
    were there here where one done none some come
    """.split()
)


def stem(word: str) -> str:
    """Forms of one word alike: `invoices` and `invoice`, `pricing` and `price`. Crude, and the same for lists."""
    if word in AS_THEY_ARE or len(word) < 4 or not word.isascii():
        return word
    word = word.removesuffix("'s")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending, least in (("ing", 6), ("ed", 5)):
        if word.endswith(ending) and len(word) >= least:
            return _bare(word[: -len(ending)])
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _bare(root: str) -> str:
    """`stopp` is `stop`, `call` stays, `charge` loses its end like `charg`."""
    is_doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz"
    return root[:-1] if is_doubled else root.removesuffix("e")
