"""Phrases that come up more often than their words would by chance, and that no theme covers yet."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import sqrt

from voice.reading.lexicon import Role, lexicon
from voice.reading.phrases import Phrases
from voice.reading.tokens import Kind, Token, tokens

LONGEST = {Kind.WORD: 3, Kind.HAN: 4}
SHORTEST = {Kind.WORD: 1, Kind.HAN: 2}
LEAST_TEXTS, LEAST_CUSTOMERS = 4, 3
LEAST_TIMES, LEAST_Z = 3.0, 3.0  # what is expected, and standard deviations above it
SAME = 0.8  # a part of a longer phrase that is hardly ever by itself

_EN = """
a about after again all also am an and any are as at be because been before being both but by can could day did do
does doing done each even every few first for from get gets getting give given go goes going got had has have having
he her here him his how i if in into is it its just know last like made make makes many me more most much my need
new no not now of off on one only or other our out over own per please put said same say see she should since so
some still such take taken tell than that the their them then there these they thing this those through time to told
too two up us use used using very want was way we week well went were what when where which while who whole why will
with without work would year yes yet you your i'm it's don't didn't we're always never back both three always away
something nothing everything
""".split()
_ZH = """
的 了 是 我 在 也 都 就 和 有 不 没 这 那 你 他 她 它 们 很 还 要 会 能 到 去 来 说 对 把 被 让 给 为 从 与 及 而 或 吗
呢 吧 啊 呀 一 二 三 个 上 下 里 时 候 太 真 好 年 月 日 天 次
""".split()
EMPTY = frozenset(_ZH) | {token.key for word in _EN for token in tokens(word)}


@dataclass(frozen=True)
class Candidate:
    """A phrase as it is mostly written, the texts and customers it comes from, and how often chance would bring it."""

    phrase: str
    language: str
    texts: int
    customers: int
    expected: float


@dataclass
class _Seen:
    times: int = 0
    texts: int = 0
    customers: set[int] = field(default_factory=set)
    written: Counter[str] = field(default_factory=Counter)


Key = tuple[str, ...]


def candidates(texts: Iterable[tuple[int, str]], covered: Phrases[tuple[int, ...]], most: int) -> list[Candidate]:
    """The `most` that stand out furthest, of (customer, text) pairs."""
    singles: dict[Kind, Counter[str]] = {kind: Counter() for kind in LONGEST}
    seen: dict[Kind, dict[Key, _Seen]] = {kind: defaultdict(_Seen) for kind in LONGEST}
    for customer, text in texts:
        for kind, run in _runs(tokens(text)):
            singles[kind].update(token.key for token in run)
        _count(customer, text, seen)
    found = [pair for kind in LONGEST for pair in _standing_out(kind, seen[kind], singles[kind], covered)]
    found.sort(key=lambda pair: (-pair[1].customers, -pair[0], pair[1].phrase))
    return _apart([candidate for _z, candidate in found], most)


def _apart(found: Iterable[Candidate], most: int) -> list[Candidate]:
    """The first `most` that share no word, or no two characters, with one before them."""
    taken: set[str] = set()
    chosen: list[Candidate] = []
    for one in found:
        written = one.phrase
        parts = {written[at : at + 2] for at in range(len(written) - 1)} if one.language == "zh" else {*written.split()}
        if len(chosen) < most and taken.isdisjoint(parts):
            chosen.append(one)
            taken |= parts
    return chosen


def _runs(found: Sequence[Token]) -> Iterator[tuple[Kind, list[Token]]]:
    """Words that stand side by side, with no stop between."""
    for kind, run in groupby(found, key=lambda token: token.kind):
        if kind in LONGEST:
            yield kind, [*run]


def _count(customer: int, text: str, seen: dict[Kind, dict[Key, _Seen]]) -> None:
    here: set[Key] = set()
    for kind, run in _runs(tokens(text)):
        for first, after in _spans(kind, run):
            key = tuple(token.key for token in run[first:after])
            one = seen[kind][key]
            one.times += 1
            one.texts += key not in here
            one.customers.add(customer)
            one.written[" ".join(text[run[first].start : run[after - 1].end].lower().split())] += 1
            here.add(key)


def _spans(kind: Kind, run: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Phrases that neither begin nor end with a word that says nothing by itself."""
    for first, token in enumerate(run):
        if token.key in EMPTY or (token.end - token.start < 2 and kind == Kind.WORD) or token.key.isdigit():
            continue
        for after in range(first + SHORTEST[kind], min(first + LONGEST[kind], len(run)) + 1):
            if run[after - 1].key not in EMPTY and not run[after - 1].key.isdigit():
                yield first, after


def _standing_out(
    kind: Kind, seen: dict[Key, _Seen], singles: Counter[str], covered: Phrases[tuple[int, ...]]
) -> Iterator[tuple[float, Candidate]]:
    total, words = sum(singles.values()), len(singles)
    often = {
        key: one for key, one in seen.items() if one.texts >= LEAST_TEXTS and len(one.customers) >= LEAST_CUSTOMERS
    }
    parts = _parts(often)
    for key, one in often.items():
        expected = _expected(key, singles, total, words)
        z = (one.times - expected) / sqrt(expected)
        phrase = min(one.written, key=lambda text: (-one.written[text], text))
        is_enough = one.times >= LEAST_TIMES * expected and z >= LEAST_Z
        if is_enough and key not in parts and not _is_known(phrase, covered):
            language = "zh" if kind == Kind.HAN else "en"
            yield z, Candidate(phrase, language, one.texts, len(one.customers), round(expected, 2))


def _expected(key: Key, singles: Counter[str], total: int, words: int) -> float:
    """How often, if words came independently of each other; of a single one, if all words came equally often."""
    if len(key) == 1:
        return total / words
    expected = float(total)
    for word in key:
        expected *= singles[word] / total
    return expected


def _parts(often: dict[Key, _Seen]) -> set[Key]:
    """Those that are nearly always in a longer one."""
    found = set()
    for key, one in often.items():
        for shorter in {key[first:after] for first in range(len(key)) for after in range(first + 1, len(key) + 1)}:
            if shorter != key and shorter in often and one.times >= SAME * often[shorter].times:
                found.add(shorter)
    return found


def _is_known(phrase: str, covered: Phrases[tuple[int, ...]]) -> bool:
    """A theme has it, or it tells a feeling rather than what about."""
    found = tokens(phrase)
    return bool(covered.find(found)) or any(hit.value.role != Role.NONE for hit in lexicon().find(found))
