"""Read what customers say: at once when they say it, at night what came otherwise, and all of it when themes change.

Work goes through the outbox in chunks of one transaction each, so a kill costs one chunk and loses none.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Fact
from lib.time import day_of
from outbox import actions as outbox_actions
from voice.models import Feeling, Mention, Remark, Rereading, Source
from voice.queries import remarks as remark_queries
from voice.queries import texts
from voice.queries import themes as theme_queries
from voice.queries.texts import Text
from voice.reading.themes import Mentioned, Reader, Reading
from workspaces.models import User

READ, MORE, AGAIN, CONCLUDE = "voice.read", "voice.read_more", "voice.read_again", "voice.conclude"
CHUNK = 500  # texts to one transaction
BACK = timedelta(days=400)  # what is older was not said of us as we are
HEARD = {"survey.answered": (Source.ANSWER, "answer_id"), "touchpoint.logged": (Source.TOUCHPOINT, "touchpoint_id")}


# ------------------------------------------------------------------------------------------- what is said now
def hear(facts: Sequence[Fact], at: datetime) -> None:
    """Note what is to be read; one statement for each kind of source. Tickets wait for the night."""
    for kind, (source, name) in HEARD.items():
        ids = [fact.data[name] for fact in facts if fact.kind == kind and fact.data.get(name)]
        first = next((fact.pk for fact in facts if fact.kind == kind), 0)
        chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
        items = [(f"{source}:{first}:{nth}", {"source": source, "ids": some}) for nth, some in enumerate(chunks)]
        if items:
            outbox_actions.enqueue_many(kind=READ, items=items, at=at)


@transaction.atomic
def read(*, source: str, ids: Collection[int], at: datetime) -> int:
    """Read these answers, tickets or touchpoints, again if they were read before; returns how many say something.

    What says nothing any more is forgotten; what a member corrected stays.
    """
    found = texts.by_ids(source, ids)
    Remark.objects.filter(source=source, source_id__in=ids).exclude(
        source_id__in=[text.source_id for text in found]
    ).delete()
    write(found=found, reader=theme_queries.reader(), at=at)
    return len(found)


def write(*, found: Sequence[Text], reader: Reader, at: datetime) -> None:
    """Keep what was read; half a dozen statements however many texts there are."""
    if not found:
        return
    source = found[0].source
    held = Remark.objects.filter(source=source, source_id__in=[text.source_id for text in found])
    before = {row.source_id: row for row in held.select_for_update(of=("self",)).order_by("pk")}
    segments = texts.segments_of({text.account_id for text in found if text.source_id not in before})
    readings = {text.source_id: reader.read(text.text) for text in found}
    rows = [
        _remark(text, readings[text.source_id], before.get(text.source_id), segments.get(text.account_id, []), at)
        for text in found
    ]
    unique = ["workspace", "source", "source_id"]
    # Two readings of one text at once: the later one stands, and no mention is lost.
    Remark.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=KEPT, batch_size=CHUNK)
    _mention(rows, {row.source_id: readings[row.source_id].mentions for row in rows})


KEPT = [
    "account", "contact", "said_at", "language", "length", "feeling", "balance", "marks", "is_at_odds", "read_at",
]  # fmt: skip


def _remark(text: Text, found: Reading, before: Remark | None, segment_ids: list[int], at: datetime) -> Remark:
    row = before or Remark(source=text.source, source_id=text.source_id, stage=text.stage, segment_ids=segment_ids)
    row.pk = None if before is None else row.pk
    row.account_id, row.contact_id, row.said_at = text.account_id, text.contact_id, text.said_at
    row.language, row.length, row.read_at = found.language, len(text.text), at
    row.balance, row.marks = found.verdict.balance, [list(mark) for mark in found.verdict.marks]
    if not row.is_feeling_by_hand:
        row.feeling = found.verdict.feeling.value
    signs = {Feeling.POSITIVE.value: 1, Feeling.NEGATIVE.value: -1}
    row.is_at_odds = bool(text.rating) and signs.get(row.feeling, 0) == -text.rating
    return row


def _mention(rows: Sequence[Remark], mentions: dict[int, tuple[Mentioned, ...]]) -> None:
    """Put what the remarks mention now in place of what they mentioned."""
    Mention.objects.filter(remark__in=[row.pk for row in rows]).delete()
    by_hand = {pk for row in rows for pk in row.themes_by_hand or ()}
    now_called = {pk: theme_queries.in_place_of([pk]) for pk in by_hand}
    wanted = [one for row in rows for one in _mentions_of(row, mentions[row.source_id], now_called)]
    Mention.objects.bulk_create(wanted, batch_size=2000)


def _mentions_of(row: Remark, found: Sequence[Mentioned], now_called: dict[int, list[int]]) -> list[Mention]:
    """By rule, or as a member said: then with the places that the rule found, and else with the remark's feeling."""
    by_rule = {one.theme: one for one in found}
    themes = by_rule.keys() if row.themes_by_hand is None else _flat(row.themes_by_hand, now_called)
    return [
        Mention(
            remark=row,
            theme_id=theme,
            feeling=by_rule[theme].feeling.value if theme in by_rule else row.feeling,
            places=[list(place) for place in by_rule[theme].places] if theme in by_rule else [],
        )
        for theme in themes
    ]


def _flat(theme_ids: Sequence[int], now_called: dict[int, list[int]]) -> list[int]:
    return [*dict.fromkeys(one for pk in theme_ids for one in now_called[pk])]


# ------------------------------------------------------------------------------------------- what came otherwise
@transaction.atomic
def keep_up(*, at: datetime) -> None:
    """The nightly pass: read what has not been read, then see what has risen."""
    outbox_actions.enqueue(kind=MORE, key=f"{day_of(at)}:0", payload={"day": str(day_of(at)), "turn": 0}, at=at)


@transaction.atomic
def read_more(*, day: str, turn: int, at: datetime) -> None:
    """Read a chunk of what is unread; when there is none left, conclude."""
    for source in Source.values:
        ids = texts.unread(source, at - BACK, CHUNK)
        if ids and read(source=source, ids=ids, at=at):
            payload: dict[str, Any] = {"day": day, "turn": turn + 1}
            outbox_actions.enqueue(kind=MORE, key=f"{day}:{turn + 1}", payload=payload, at=at)
            return
    outbox_actions.enqueue(kind=CONCLUDE, key=day, payload={}, at=at)


# ------------------------------------------------------------------------------------------- when themes change
@transaction.atomic
def read_all_again(*, at: datetime, by: User | None) -> Rereading:
    """Read every remark by the themes as they are now, in the background; a pass under way begins anew."""
    Rereading.objects.filter(finished_at=None).update(finished_at=at)
    row: Rereading = Rereading.objects.create(started_at=at, by=by, total=Remark.objects.count())
    _next(row, at)
    return row


@transaction.atomic
def read_again(*, rereading_id: int, at: datetime) -> None:
    """The next chunk of a pass, unless another has taken its place."""
    row: Rereading | None = (
        Rereading.objects.select_for_update(of=("self",)).filter(pk=rereading_id, finished_at=None).first()
    )
    if row is None:
        return
    remarks = list(remark_queries.following(row.last_id, CHUNK))
    for source in Source.values:
        read(source=source, ids=[one.source_id for one in remarks if one.source == source], at=at)
    row.done += len(remarks)
    if remarks:
        row.last_id = remarks[-1].pk
        _next(row, at)
    else:
        row.finished_at = at
        outbox_actions.enqueue(kind=CONCLUDE, key=f"again:{row.pk}", payload={}, at=at)
    row.save(update_fields=["done", "last_id", "finished_at"])


def _next(row: Rereading, at: datetime) -> None:
    payload = {"rereading_id": row.pk}
    outbox_actions.enqueue(kind=AGAIN, key=f"{row.pk}:{row.last_id}", payload=payload, at=at)
