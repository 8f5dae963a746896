"""Alert rules as their page and their export show them: a sentence each, how they did, and what a threshold spends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Metric
from alerts import kinds, queries
from alerts.kinds import Kind
from alerts.models import AlertRule
from alerts.queries import Figures, Load, Thresholds
from health.sentences import label
from lib.formatting import number, percent
from segments import queries as segment_queries

Numbers = dict[str, Any]

MOST_NAMED = 3  # rules that are named when all together open too much


@dataclass(frozen=True)
class Names:
    """What segments and metrics are called, read once for all rules."""

    segments: dict[int, str]
    metrics: dict[str, str]


def names() -> Names:
    return Names(segment_queries.names(), dict(Metric.objects.order_by("key").values_list("key", "name")))


@dataclass(frozen=True)
class Row:
    """One rule, read out, with how it did."""

    rule: AlertRule
    sentence: str
    problem: str
    figures: Figures
    is_mostly_wrong: bool

    @property
    def is_of_budget(self) -> bool:
        return queries.terms_of(self.rule).is_of_budget


def rows(found: Iterable[AlertRule], at: datetime) -> list[Row]:
    """Each rule with its sentence and figures, in a fixed number of queries."""
    known, figures, base = names(), queries.rule_figures(at), queries.base_rate(at)
    return [_row(rule, known, figures.get(rule.key, Figures()), base) for rule in found]


def _row(rule: AlertRule, known: Names, figures: Figures, base: float | None) -> Row:
    return Row(rule, sentence(rule, known), problem(rule, known), figures, figures.is_mostly_wrong(base))


@dataclass(frozen=True)
class Spending:
    """What a rule about the score would have opened by threshold, and which threshold spends its share of the budget.

    `share`: alerts a month for each 100 accounts, or what it would be if the rule followed the budget.
    """

    rule: AlertRule
    thresholds: Thresholds
    share: float

    @property
    def suggested(self) -> int | None:
        return self.thresholds.spending(self.share)

    @property
    def is_counted(self) -> bool:
        """Whether there is something to say about thresholds: a hard rule has no cool-down to count with."""
        return self.thresholds.is_enough and not self.rule.is_hard

    @property
    def is_on_offer(self) -> bool:
        """Whether the budget could set the threshold, which somebody set by hand."""
        return not self.rule.is_hard and not self.rule.follows_budget

    @property
    def why(self) -> str:
        """Whether the budget sets its threshold, and why not."""
        if self.rule.is_hard:
            return _("It always opens an alert of its own: the budget does not set its threshold.")
        if not self.rule.follows_budget:
            return _("Its threshold was set by hand: the budget leaves it as it is.")
        if not self.thresholds.is_enough:
            return _("The budget sets its threshold once eight weeks of scores are stored. Until then it stays.")
        if self.suggested is None:
            return _("Every threshold spends more than its share of the budget: it stays as it is.")
        if self.suggested == self.rule.parameters["below"]:
            return _("The budget sets its threshold, and it spends its share.")
        return _(
            "The budget sets its threshold: every month by 5 points at most, so that few alerts open at once, and "
            "whenever you save the budget."
        )

    @property
    def how_much(self) -> str:
        """Its share in words."""
        words = (
            _(
                "Its share of the budget is %(share)s alerts a month for each 100 accounts: the rules that follow the "
                "budget divide what all others leave of it, half of it at least."
            )
            if self.rule.follows_budget
            else _(
                "Its share of the budget would be %(share)s alerts a month for each 100 accounts: the rules that "
                "follow the budget divide what all others leave of it, half of it at least."
            )
        )
        return words % {"share": number(self.share, 1)}

    @property
    def lines(self) -> list[tuple[int, float, bool, bool]]:
        """(threshold, alerts a month for each 100 accounts, whether it is the rule's, whether it is suggested)."""
        now = self.rule.parameters["below"]
        return [(below, rate, below == now, below == self.suggested) for below, rate in self.thresholds.rates]


def spending(found: Iterable[AlertRule], budget: int, load: Load, today: date) -> list[Spending]:
    """What each rule about the score that is on spends, in one query for all of them. `found`: all rules in use."""
    every = {rule: queries.terms_of(rule) for rule in found}
    bands = {rule: terms for rule, terms in every.items() if rule.kind == Kind.SCORE_BAND and rule.is_on}
    known = queries.thresholds(list(bands.values()), today)
    return [
        Spending(rule, known[rule.key], queries.share(terms, list(every.values()), budget, load))
        for rule, terms in bands.items()
    ]


@dataclass(frozen=True)
class Together:
    """All rules together against the budget; `lines` of the rules that open most, while they are above it."""

    load: Load
    budget: int
    lines: list[tuple[str, str, int, float]]

    @property
    def is_above(self) -> bool:
        return self.load.is_above(self.budget)


def together(budget: int, load: Load) -> Together:
    """What all rules opened, in one query; `lines` are (key, name, alerts, alerts a month for each 100 accounts)."""
    if not load.is_above(budget):
        return Together(load, budget, [])
    known = dict(queries.rule_names())
    most = [(key, known.get(key, key), count, rate or 0.0) for key, count, rate in load.by_rule[:MOST_NAMED]]
    return Together(load, budget, most)


def saved(changed: Sequence[AlertRule], at: datetime) -> str:
    """That a budget is saved, what it changed, and for how many accounts an alert opens soon."""
    told = [_("Saved.")] if changed else [_("Saved."), _("No rule changes.")]
    opening = _opening(changed, at)
    for rule in changed:
        values = {"name": rule.label, "below": number(rule.parameters["below"])}
        told += [_("“%(name)s” opens below %(below)s now.") % values, *_opens(opening.get(rule.pk))]
    return " ".join(told)


def followed(rule: AlertRule, at: datetime) -> str:
    """That a rule was handed to the budget, where it opens by now, and for how many accounts soon."""
    values = {"name": rule.label, "below": number(rule.parameters["below"])}
    said = _("The budget sets the threshold of “%(name)s” from now on. It opens below %(below)s.") % values
    return " ".join([said, *_opens(_opening([rule], at).get(rule.pk))])


def _opening(changed: Sequence[AlertRule], at: datetime) -> dict[int, int]:
    """For how many accounts each opens an alert, by its pk: fewer where one is cooling down or kept silent.

    Before accounts are looked at by the new thresholds. None is told after the first that takes too long to count.
    """
    found = {}
    for rule in changed:
        would = queries.would_open(queries.terms_of(rule), at)
        if would is None:
            break
        found[rule.pk] = would.opening
    return found


def _opens(opening: int | None) -> list[str]:
    if opening is None:
        return []
    return [
        ngettext(
            "It opens an alert for up to %(n)s account now.",
            "It opens an alert for up to %(n)s accounts now.",
            opening,
        )
        % {"n": number(opening)}
        if opening
        else _("It opens no alert now.")
    ]


def problem(rule: AlertRule, known: Names) -> str:
    """Why a rule opens nothing although it is on."""
    if rule.segment_id is not None and rule.segment_id not in known.segments:
        return _("Its segment is not in use any more: it opens nothing.")
    if rule.kind in kinds.OF_METRICS and rule.parameters["metric"] not in known.metrics:
        return _("Its metric is not there any more: it opens nothing.")
    return ""


def sentence(rule: AlertRule, known: Names) -> str:
    """What a rule says, in the reader's language."""
    said = _SENTENCES[Kind(rule.kind)](rule.parameters, known)
    if rule.segment_id is None:
        return said
    whom = known.segments.get(rule.segment_id, _("a segment that is gone"))
    return _("%(rule)s Only for accounts of “%(segment)s”.") % {"rule": said, "segment": whom}


def about(kind: str) -> str:
    """What a kind of rule does, as it starts."""
    return _SENTENCES[Kind(kind)](kinds.defaults(kind), Names({}, {}))


def _band(told: Numbers, known: Names) -> str:
    values = {"below": number(told["below"]), "leave": number(told["leave_from"])}
    return _("Opens when the score is below %(below)s. Over when it is %(leave)s or more.") % values


def _drop(told: Numbers, known: Names) -> str:
    values = {"points": number(told["points"]), "days": number(told["days"])}
    return _(
        "Opens when the score is at least %(points)s points lower than %(days)s days before. Over when it is back "
        "within 5 points, or after 28 days."
    ) % values  # fmt: skip


def _component(told: Numbers, known: Names) -> str:
    values = {"part": label(told["part"]), "below": number(told["below"]), "leave": number(told["leave_from"])}
    return _("Opens when %(part)s is below %(below)s. Over when it is %(leave)s or more.") % values


def _metric(told: Numbers, known: Names) -> str:
    return _(
        "Opens when %(metric)s of the last 28 days is below %(below)s of its mean in the 84 days before. Over from "
        "%(leave)s."
    ) % {
        "metric": _called(told, known),
        "below": percent(told["below"] / 100),
        "leave": percent(told["leave_from"] / 100),
    }


def _metric_rise(told: Numbers, known: Names) -> str:
    return _(
        "Opens when %(metric)s of the last 28 days is above %(above)s of its mean in the 84 days before. Over down to "
        "%(leave)s."
    ) % {
        "metric": _called(told, known),
        "above": percent(told["above"] / 100),
        "leave": percent(told["leave_to"] / 100),
    }


def _called(told: Numbers, known: Names) -> str:
    return str(known.metrics.get(told["metric"]) or told["metric"] or _("a metric of yours"))


def _answer(told: Numbers, known: Names) -> str:
    which = [
        _("%(asked)s up to %(most)s") % {"asked": kind.upper(), "most": told[f"{kind}_most"]}
        for kind in kinds.ASKED
        if told.get(f"{kind}_most") is not None
    ]
    return _(
        "Opens when somebody answers with %(which)s; urgent from a decision maker. Over when the same person answers "
        "well, or after 30 days."
    ) % {"which": get_text_list(which, _("or"))}  # fmt: skip


def _silence(told: Numbers, known: Names) -> str:
    return ngettext(
        "Opens after %(n)s day without a conversation, a message, an answer or a ticket. Over with the first of them.",
        "Opens after %(n)s days without a conversation, a message, an answer or a ticket. Over with the first of them.",
        told["days"],
    ) % {"n": number(told["days"])}


def _champion(told: Numbers, known: Names) -> str:
    return _("Opens when the champion has left and nobody is in their place. Over when somebody is.")


def _decider(told: Numbers, known: Names) -> str:
    return ngettext(
        "Opens when no decision maker is known %(n)s day after the account was added. Over when one is.",
        "Opens when no decision maker is known %(n)s days after the account was added. Over when one is.",
        told["days"],
    ) % {"n": number(told["days"])}


def _seats(told: Numbers, known: Names) -> str:
    return _(
        "Opens when seats in use fell by %(fall)s against 28 days before. Over when they are back within %(within)s, "
        "or after 56 days."
    ) % {"fall": percent(told["fall"] / 100), "within": percent(told["leave_within"] / 100)}  # fmt: skip


def _renewal(told: Numbers, known: Names) -> str:
    return _(
        "Opens within %(within)s days of the renewal, after %(quiet)s days without a two-way conversation. Over with "
        "the next one."
    ) % {"within": number(told["within"]), "quiet": number(told["quiet"])}  # fmt: skip


def _promise(told: Numbers, known: Names) -> str:
    return ngettext(
        "Opens when a promise is broken. Over %(n)s day after the last one.",
        "Opens when a promise is broken. Over %(n)s days after the last one.",
        told["days"],
    ) % {"n": number(told["days"])}


_SENTENCES = {
    Kind.SCORE_BAND: _band,
    Kind.SCORE_DROP: _drop,
    Kind.COMPONENT: _component,
    Kind.METRIC: _metric,
    Kind.METRIC_RISE: _metric_rise,
    Kind.ANSWER: _answer,
    Kind.SILENCE: _silence,
    Kind.CHAMPION_LEFT: _champion,
    Kind.NO_DECIDER: _decider,
    Kind.SEATS_FALLING: _seats,
    Kind.RENEWAL_QUIET: _renewal,
    Kind.EXPECTATION_BROKEN: _promise,
}
