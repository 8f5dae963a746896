"""What customers said, where they said it: the texts of answers, tickets and touchpoints."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Ticket
from journeys.models import StageMove, Touchpoint
from segments.models import SegmentMember
from surveys.models import Answer
from surveys.scales import scale
from voice.models import Remark, Source

Key = tuple[str, int]


@dataclass(frozen=True)
class Text:
    """One text, with what is kept about whoever said it. `rating`: 1 came with a good score, -1 with a bad one."""

    source: str
    source_id: int
    account_id: int
    contact_id: int | None
    said_at: datetime
    stage: str
    text: str
    rating: int = 0


def answers() -> QuerySet[Any]:
    """Answers that count and say more than a score."""
    return Answer.objects.counted().exclude(comment="", replies={})


def tickets() -> QuerySet[Any]:
    return Ticket.objects.exclude(subject="")


def touchpoints() -> QuerySet[Any]:
    """What was said between us and a customer; not what we wrote for ourselves."""
    return Touchpoint.objects.exclude(channel=Touchpoint.Channel.NOTE).exclude(summary="")


SOURCES = {
    Source.ANSWER: (answers, "answered_at"),
    Source.TICKET: (tickets, "opened_at"),
    Source.TOUCHPOINT: (touchpoints, "at"),
}


def by_ids(source: str, ids: Collection[int]) -> list[Text]:
    """Those of these ids that still say something, in order."""
    rows, said_at = SOURCES[Source(source)]
    return [_text(source, row, said_at) for row in _staged(rows().filter(pk__in=ids), said_at).order_by("pk")]


def unread(source: str, since: datetime, limit: int) -> list[int]:
    """Ids of up to `limit` texts from `since` on that have not been read, the oldest first."""
    rows, said_at = SOURCES[Source(source)]
    read = Remark.objects.filter(source=source, source_id=OuterRef("pk"))
    found = rows().filter(~Exists(read), **{f"{said_at}__gte": since}).order_by("pk")
    return list(found.values_list("pk", flat=True)[:limit])


def texts_of(remarks: Iterable[Key]) -> dict[Key, str]:
    """The words of these remarks, as they stand now; three statements at most."""
    ids: dict[str, list[int]] = defaultdict(list)
    for source, source_id in remarks:
        ids[source].append(source_id)
    found: dict[Key, str] = {}
    for source, some in ids.items():
        rows, _said_at = SOURCES[Source(source)]
        found |= {(source, row.pk): _words(source, row) for row in rows().filter(pk__in=some)}
    return found


def _staged(rows: QuerySet[Any], said_at: str) -> QuerySet[Any]:
    """With the stage that the account was in when it was said."""
    moves = StageMove.objects.filter(account=OuterRef("account"))
    last = moves.filter(at__lte=OuterRef(said_at)).order_by("-pk").values("to_stage")[:1]
    following = moves.filter(at__gt=OuterRef(said_at)).order_by("pk").values("from_stage")[:1]
    found: QuerySet[Any] = rows.annotate(stage_then=Coalesce(Subquery(last), Subquery(following), F("account__stage")))
    return found


def _text(source: str, row: Any, said_at: str) -> Text:
    return Text(
        source=source,
        source_id=row.pk,
        account_id=row.account_id,
        contact_id=row.contact_id,
        said_at=getattr(row, said_at),
        stage=row.stage_then,
        text=_words(source, row),
        rating=_rating(row) if source == Source.ANSWER else 0,
    )


def _words(source: str, row: Any) -> str:
    if source == Source.TICKET:
        return str(row.subject)
    if source == Source.TOUCHPOINT:
        return str(row.summary)
    replies = [reply for reply in row.replies.values() if isinstance(reply, str)]
    return "\n".join(part for part in (row.comment, *replies) if part)


def _rating(answer: Answer) -> int:
    """Whether the score itself is good, bad, or neither."""
    asked = scale(answer.metric, answer.scale_max)
    return int(asked.is_good(answer.value)) - int(asked.is_bad(answer.value))


def segments_of(account_ids: Collection[int]) -> dict[int, list[int]]:
    """The segments in use that each of these is in, by account."""
    rows = SegmentMember.objects.filter(account__in=account_ids, segment__archived_at=None, segment__deleted_at=None)
    found: dict[int, list[int]] = defaultdict(list)
    for account_id, segment_id in rows.order_by("segment").values_list("account", "segment"):
        found[account_id].append(segment_id)
    return found
