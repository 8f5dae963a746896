"""What follows from what was read: themes that rise, phrases that might be worth a theme, improvements to verify."""

from datetime import datetime, timedelta

from django.db import transaction

from lib.time import day_of
from voice import registry
from voice.actions import improvements
from voice.models import Remark, Rise, Source, Suggestion
from voice.queries import remarks as remark_queries
from voice.queries import rises as rise_queries
from voice.queries import texts
from voice.queries import themes as theme_queries
from voice.reading.suggesting import candidates

SUGGESTED_FROM = timedelta(days=180)
MOST_TEXTS = 5000
MOST_SUGGESTED = 12
KEPT_DAYS = 1095


@transaction.atomic
def conclude(*, at: datetime) -> None:
    """After the nightly pass, and after all was read again."""
    find_rises(at=at)
    suggest(at=at)
    improvements.measure_done(at=at)


@transaction.atomic
def find_rises(*, at: datetime) -> list[Rise]:
    """Note the themes that rose in the seven days before today, and tell whoever listens."""
    day = day_of(at)
    found = [
        Rise(
            theme_id=week.theme_id,
            day=day,
            customers=week.now,
            of_customers=week.of_now,
            before=week.before,
            of_before=week.of_before,
            negative=week.negative,
            chance=week.chance,
            found_at=at,
        )
        for week in rise_queries.risen(day)
    ]
    Rise.objects.bulk_create(found)
    if found:
        for listener in registry.rise_listeners:
            listener(found, at)
    return found


@transaction.atomic
def suggest(*, at: datetime) -> int:
    """Find phrases that stand out in the newest comments and are in no theme; what was dismissed stays dismissed."""
    said = Remark.objects.exclude(source=Source.TOUCHPOINT).filter(said_at__gte=at - SUGGESTED_FROM)
    newest = said.order_by("-said_at", "-pk")[:MOST_TEXTS]
    keys = {(source, pk): account for source, pk, account in newest.values_list("source", "source_id", "account")}
    words = texts.texts_of(keys)
    pairs = [(account, words[key]) for key, account in keys.items() if key in words]
    found = candidates(pairs, theme_queries.reader().phrases, MOST_SUGGESTED)
    phrases = [one.phrase for one in found]
    Suggestion.objects.filter(dismissed_at=None).exclude(phrase__in=phrases).delete()
    rows = [
        Suggestion(
            phrase=one.phrase[:80],
            language=one.language,
            comments=one.texts,
            customers=one.customers,
            expected=one.expected,
            found_at=at,
        )
        for one in found
    ]
    Suggestion.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["workspace", "language", "phrase"],
        update_fields=["comments", "customers", "expected", "found_at"],
    )
    return len(rows)


@transaction.atomic
def forget_remarks(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` of what was read from texts of `before`, the oldest first; returns how many."""
    oldest = list(remark_queries.old(before).order_by("said_at", "pk").values_list("pk", flat=True)[:limit])
    Remark.objects.filter(pk__in=oldest).delete()
    return len(oldest)
