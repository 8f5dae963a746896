"""Reactions: what higher apps do when a fact of some kind is recorded, and how facts are told in words.

And what each app keeps about a person, to be handed over or erased.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Contact, Fact
from outbox.models import Effect
from outbox.registry import Local, register

Reaction = Callable[[Fact, datetime], None]
Words = Callable[[dict[str, Any]], str]
Many = Callable[[int], str]

choosers: dict[str, Callable[[int], QuerySet[Any, Any]]] = {}  # ids of accounts that a higher app knows, by its id
reactions: dict[str, list[str]] = defaultdict(list)
words: dict[str, Words] = {}
words_of_many: dict[str, Many] = {}
watchers: dict[str, frozenset[str]] = {}  # effect kinds, and the kinds of facts that set them off
fact_listeners: list[Callable[[Sequence[Fact], datetime], None]] = []
reading_listeners: list[Callable[[Sequence[int], datetime], None]] = []


def react(fact_kind: str, effect_kind: str, reaction: Reaction, *, queue: str = "default") -> None:
    """Run `reaction` once for every fact of `fact_kind`, as the durable effect `effect_kind`.

    One effect kind may react to several fact kinds with the same function.
    """

    def run(effect: Effect, at: datetime) -> None:
        reaction(Fact.objects.select_related("account").get(pk=effect.payload["fact_id"]), at)

    register(effect_kind, Local(run, queue=queue))
    reactions[fact_kind].append(effect_kind)


def describe(fact_kind: str, tell: Words, many: Many | None = None) -> None:
    """How the timeline tells a fact of `fact_kind`: its data in, one translated sentence out.

    `many` tells so many of them of the same minute: "12 contacts added".
    """
    words[fact_kind] = tell
    if many:
        words_of_many[fact_kind] = many


def watch(
    effect_kind: str,
    tell: Callable[[list[int], datetime], None],
    *,
    facts: Iterable[str] = (),
    queue: str = "default",
) -> None:
    """Run `tell` with the ids of accounts of which something has changed, many to one effect.

    Changed is: rows or day rows were written in bulk, or facts of these kinds were recorded. Unlike `react`, which
    takes the facts one by one.
    """

    def run(effect: Effect, at: datetime) -> None:
        tell(effect.payload["account_ids"], at)

    register(effect_kind, Local(run, queue=queue))
    watchers[effect_kind] = frozenset(facts)


def listen(
    *,
    facts: Callable[[Sequence[Fact], datetime], None],
    readings: Callable[[Sequence[int], datetime], None] | None = None,
) -> None:
    """Tell at once, in the transaction of whoever wrote them, of facts recorded and of accounts with new numbers
    (day rows written in bulk, a score).

    For a note in one cheap statement; work belongs into an effect. History that is brought in tells nobody.
    """
    fact_listeners.append(facts)
    if readings is not None:
        reading_listeners.append(readings)


@dataclass(frozen=True)
class Personal:
    """One kind of rows about people: how to hand them over, and how to take a person out of them."""

    export: Callable[[Contact], list[dict[str, Any]]]
    erase: Callable[[Contact, datetime], None]


personal_kinds: dict[str, Personal] = {}


def personal(
    kind: str, *, export: Callable[[Contact], list[dict[str, Any]]], erase: Callable[[Contact, datetime], None]
) -> None:
    """Hand over, and erase, rows of `kind` with everything else that is known about a person.

    `erase` gets the contact with the name and address they had; its row holds neither any more. It runs twice, some
    minutes apart, in transactions of their own.
    """
    personal_kinds[kind] = Personal(export, erase)
