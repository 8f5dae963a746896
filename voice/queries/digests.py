"""The voice of the customer in a week or a month: what rose and fell, quotes, what was done, what is overdue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from complaints.queries import Period, period
from lib.time import midnight
from surveys import queries as survey_queries
from surveys.estimates import Score
from voice.models import Feeling, Improvement, Remark, RemarkQuerySet, Rhythm, Subscription, Theme, VoiceSettings
from voice.queries import improvements as improvement_queries
from voice.queries import remarks as remark_queries
from voice.queries import themes as theme_queries
from voice.queries.quotes import Quote, choose
from voice.reading.trends import chance_of_more
from workspaces.queries import members

MOST_MOVES = 5
SURE = 0.025  # on either side
LEAST_COMMENTS = 5  # in both periods, or nothing is said to have moved


@dataclass(frozen=True)
class Span:
    """One week or month by its days, the last of them included, and the one before."""

    rhythm: str
    first: date
    last: date

    @property
    def since(self) -> datetime:
        return midnight(self.first)

    @property
    def until(self) -> datetime:
        return midnight(self.last + timedelta(days=1))

    def before(self) -> "Span":
        return span(self.rhythm, self.first)


@dataclass(frozen=True)
class Move:
    """A theme's share of comments, now and before; `is_sure` if chance would hardly do that (Fisher's exact test)."""

    theme: Theme
    now: int
    of_now: int
    before: int
    of_before: int

    @property
    def change(self) -> float:
        return self.now / self.of_now - self.before / self.of_before

    @property
    def is_sure(self) -> bool:
        more, less = (self.now, self.of_now), (self.before, self.of_before)
        if self.change < 0:
            more, less = less, more
        return chance_of_more(*more, *less) <= SURE


@dataclass(frozen=True)
class Figure:
    """One survey's score in the period, and in the one before."""

    metric: str
    now: Score
    before: Score


@dataclass(frozen=True)
class Digest:
    """All that one issue tells. Without comments in both periods nothing rose or fell."""

    span: Span
    comments: remark_queries.Cell
    comments_before: remark_queries.Cell
    figures: list[Figure]
    rose: list[Move]
    fell: list[Move]
    unsure: list[Move]
    quotes: list[Quote]
    done: list[Improvement]
    verified: list[tuple[Improvement, improvement_queries.Effect]]
    overdue: list[Improvement]
    complaints: Period


def span(rhythm: str, day: date) -> Span:
    """The last whole week, Monday to Sunday, or the last whole month, before `day`."""
    if rhythm == Rhythm.MONTHLY:
        last = day.replace(day=1) - timedelta(days=1)
        return Span(rhythm, last.replace(day=1), last)
    last = day - timedelta(days=day.weekday() + 1)
    return Span(rhythm, last - timedelta(days=6), last)


def digest(about: Span) -> Digest:
    """A fixed number of statements, however much was said."""
    before = about.before()
    said, said_before = _said(about), _said(before)
    comments, comments_before = remark_queries.totals(said), remark_queries.totals(said_before)
    moves = [*_moves(said, said_before, comments.n, comments_before.n)]
    sure = [move for move in moves if move.is_sure]
    return Digest(
        span=about,
        comments=comments,
        comments_before=comments_before,
        figures=[*_figures(about, before)],
        rose=[move for move in sure if move.change > 0][:MOST_MOVES],
        fell=[move for move in sure if move.change < 0][:MOST_MOVES],
        unsure=[move for move in moves if not move.is_sure][:3],
        quotes=choose(said, comments, is_named=settings().names_people),
        done=list(_within(about, "done_at")),
        verified=[(one, improvement_queries.effect(one)) for one in _within(about, "verified_at")],
        overdue=list(improvement_queries.improvements().overdue(about.last + timedelta(days=1))),
        complaints=period(about.since, about.until),
    )


def _said(about: Span) -> RemarkQuerySet:
    return Remark.objects.answers().filter(said_at__gte=about.since, said_at__lt=about.until)


def _moves(said: RemarkQuerySet, said_before: RemarkQuerySet, n: int, n_before: int) -> Iterator[Move]:
    """Every theme that was spoken of, the largest change first."""
    if min(n, n_before) < LEAST_COMMENTS:
        return
    now, before = remark_queries.by_theme(said), remark_queries.by_theme(said_before)
    nothing = remark_queries.Cell({})
    moves = []
    for theme in theme_queries.themes():
        hits, hits_before = now.get(theme.pk, nothing).n, before.get(theme.pk, nothing).n
        if hits or hits_before:
            moves.append(Move(theme, hits, n, hits_before, n_before))
    yield from sorted(moves, key=lambda move: (-abs(move.change), move.theme.name))


def _figures(about: Span, before: Span) -> Iterator[Figure]:
    """NPS of the relationship surveys, and CSAT; those that anybody answered."""
    for metric in ("nps", "csat"):
        now, then = (survey_queries.score(metric, part.since, part.until) for part in (about, before))
        if now.n or then.n:
            yield Figure(metric, now, then)


def _within(about: Span, name: str) -> QuerySet[Improvement]:
    within = {f"{name}__gte": about.since, f"{name}__lt": about.until}
    return improvement_queries.improvements().filter(**within).order_by(name, "pk")


# ------------------------------------------------------------------------------------------- who gets it
def settings() -> VoiceSettings:
    """The workspace's, or what holds until somebody changes it."""
    return VoiceSettings.objects.order_by("pk").first() or VoiceSettings()


def subscription(member_id: int) -> Subscription:
    """What a member has chosen; nothing, unsaved, until then."""
    return Subscription.objects.filter(member=member_id).first() or Subscription(member_id=member_id)


def subscribers(rhythm: str) -> list[int]:
    """Members who get it and are still here."""
    wanted = Q(is_monthly=True) if rhythm == Rhythm.MONTHLY else Q(is_weekly=True)
    here = members().filter(user__is_active=True).values("pk")
    found = Subscription.objects.filter(wanted, member__in=here).order_by("member")
    return list(found.values_list("member", flat=True))


def feelings(cell: remark_queries.Cell) -> Sequence[tuple[str, int]]:
    """(feeling, count), the worst first."""
    return [(feeling, cell.counts.get(feeling, 0)) for feeling in Feeling.values]
