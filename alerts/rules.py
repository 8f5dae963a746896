"""When an alert opens, what it is told of, and when it is over. Pure decisions about one account.

A hard rule always opens an alert. A soft rule opens one only when the account has no other open alert; otherwise it is
one more driver of that alert, so that one cause leads to one alert; but what a customer does or feels never hides in an
alert about a gap of our own, such as a missing decision maker; nor does such a gap alone keep an alert about the
customer open: it is left there, and opens its own at the next evaluation. Each rule is left only past a second, better
threshold (hysteresis): leaving 10 points higher brought repeated alerts from 1.8 to 1.3 an account, at as many alerts
in all, on 275,585 weekly readings of OULAD, the Open University's learning data. No reading changes nothing.

After an episode of a soft rule opened, no second one opens within the rule's cool-down: what changes in that time is
kept silently, and the rule counts as entered, so that the end of the cool-down alone opens nothing either. With 42
days, repeats fell to 1.17 an account on the same readings. Hard rules and a score 10 points lower than when the
episode opened break the cool-down, and so does that fall after a person resolved the alert. While an alert is open, the
same fall below the lowest score that it tells of is one more driver: no news for whoever has put it off.

An alert that is held out (`alerts.holdout`) takes soft drivers in like any other; an event never joins it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from alerts.kinds import ASKED, HARD, OUR_OWN, Kind
from surveys.scales import no_better

Driver = dict[str, Any]

COOL_DOWN_DAYS = 42
FURTHER_FALL = 10
BETTER = 10  # points that a band rule is left above its threshold, unless somebody says otherwise
DROP_LEFT_WITHIN = 5
DROP_LEFT_AFTER = timedelta(days=28)
SEATS_LEFT_AFTER = timedelta(days=56)
ANSWER_LIFE = timedelta(days=30)
DECISION_MAKER = "decision_maker"


class Rule(models.TextChoices):
    """The keys of the rules that every workspace starts with, hard rules first."""

    BAD_ANSWER = "bad_answer", _("Bad answer")
    SCORE_BAND = "score_band", _("Score at risk")
    SCORE_DROP = "score_drop", _("Score fell")


@dataclass(frozen=True)
class Terms:
    """One rule of a workspace, as decisions need it."""

    key: str
    kind: str
    parameters: Mapping[str, Any]
    is_hard: bool = False
    is_on: bool = True
    cool_down: timedelta = timedelta(days=COOL_DOWN_DAYS)
    segment_id: int | None = None
    name: str = ""
    follows_budget: bool = False

    @property
    def is_of_budget(self) -> bool:
        """Whether the budget sets its threshold: a hard rule has no cool-down to count with."""
        return self.follows_budget and self.is_on and not self.is_hard

    @cached_property
    def limits(self) -> dict[tuple[str, int], int]:
        """What counts for a rule about answers: no more than this, by what was asked and the scale's highest number."""
        asked = {metric: self.parameters.get(f"{metric}_most") for metric in ASKED}
        return {
            (metric, high): limit
            for metric, most in asked.items()
            if most is not None
            for high, limit in no_better(metric, most).items()
        }

    def counts(self, answer: "Answer") -> bool:
        """Whether a rule about answers is entered by this one."""
        limit = self.limits.get((answer.about["metric"], answer.about["scale_max"]))
        return limit is not None and answer.value <= limit

    def driver(self, at: datetime, numbers: Mapping[str, Any]) -> Driver:
        """What an alert keeps of it: the rule, its name if somebody named it, and the numbers of its sentence."""
        named = {"name": self.name} if self.name else {}
        return {"rule": self.key, "kind": self.kind, **named, "at": at.isoformat(), **numbers}


BUILT_IN = [
    Terms(Rule.BAD_ANSWER.value, Kind.ANSWER.value, {"csat_most": 2, "nps_most": 6, "ces_most": 3}, is_hard=True),
    Terms(Rule.SCORE_BAND.value, Kind.SCORE_BAND.value, {"below": 50, "leave_from": 60}, follows_budget=True),
    Terms(Rule.SCORE_DROP.value, Kind.SCORE_DROP.value, {"points": 15, "days": 14}),
]


def is_event(rule: Terms) -> bool:
    """Whether it tells of something that happened, or was made hard: nobody keeps that from whoever is responsible."""
    return rule.is_hard or rule.kind in HARD


def is_hard_at_first(kind: str) -> bool:
    """Whether a rule of this kind opens an alert of its own until somebody says otherwise."""
    return kind in HARD


@dataclass(frozen=True)
class Answer:
    """The latest answer of one contact, as the fact `survey.answered` told it."""

    fact_id: int
    answer_id: int
    at: datetime
    contact_id: int
    is_bad: bool
    value: int
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Episode:
    """One alert as stored: still open, or closed with some of its rules still held, or lately opened."""

    rule: str
    is_open: bool
    is_resolved: bool
    drivers: Sequence[Driver]
    held: Sequence[str]
    opened_at: datetime
    score: float | None = None
    is_held_out: bool = False

    def answers_told(self, rule: str) -> dict[int, Driver]:
        """answer id -> what this episode was told of that answer by `rule`."""
        return {one["answer_id"]: one for one in self.drivers if one["rule"] == rule and "answer_id" in one}

    def newest_fact(self, rule: str) -> int:
        return max((one.get("fact_id", 0) for one in self.answers_told(rule).values()), default=0)


@dataclass(frozen=True)
class Entry:
    """A rule that is met now and was not before, with what it has to tell."""

    rule: Terms
    drivers: list[Driver]


@dataclass(frozen=True)
class Standing:
    """What the rules look at: an account's score (None without a band), the rules entered and left, its answers."""

    at: datetime
    score: float | None = None
    may_open_soft: bool = True
    entered: Sequence[Entry] = ()
    left: frozenset[str] = frozenset()
    answers: Sequence[Answer] = ()
    segments: frozenset[int] = frozenset()

    def answer_of(self, contact_id: int) -> Answer | None:
        return next((answer for answer in self.answers if answer.contact_id == contact_id), None)


@dataclass
class Outcome:
    """What becomes of one account's alerts: drivers by the episode they join, new alerts, and rules left.

    `appended`, `silent` and `left` are by the episode's position in the given list; `opened` is (rule, drivers).
    """

    opened: list[tuple[str, list[Driver]]] = field(default_factory=list)
    appended: dict[int, list[Driver]] = field(default_factory=dict)
    silent: dict[int, list[Driver]] = field(default_factory=dict)
    left: dict[int, list[str]] = field(default_factory=dict)


def decide(standing: Standing, episodes: Sequence[Episode], rules: Sequence[Terms]) -> Outcome:
    """Everything the rules say about one account. `episodes`: newest first; `rules`: also those off or retired."""
    outcome = Outcome()
    by_key = {rule.key: rule for rule in rules}
    for position, episode in enumerate(episodes):
        left = [key for key in episode.held if key in by_key and _is_left(standing, by_key[key], episode)]
        if left:
            outcome.left[position] = left
    entered = [*_answered(standing, episodes, rules), *standing.entered]
    for entry in entered:
        if entry.rule.is_hard:
            _enter_hard(outcome, entry, episodes)
    soft = _tell_holders(outcome, [entry for entry in entered if not entry.rule.is_hard], episodes)
    about_us = [position for position, episode in enumerate(episodes) if _is_about_us(by_key.get(episode.rule))]
    theirs = [entry for entry in soft if not _is_about_us(entry.rule)]
    hosts = [drivers for key, drivers in outcome.opened if not _is_about_us(by_key.get(key))]
    _enter_soft(outcome, standing, theirs, episodes, about_us, hosts)
    over = _leave_ours(outcome, episodes, by_key)
    ours = [entry for entry in soft if _is_about_us(entry.rule)]
    _enter_soft(outcome, standing, ours, episodes, over, [drivers for _, drivers in outcome.opened])
    return outcome


def _leave_ours(outcome: Outcome, episodes: Sequence[Episode], by_key: Mapping[str, Terms]) -> list[int]:
    """Leave what is about us wherever nothing else holds an open alert about the customer; the positions of these."""
    over = []
    for position, episode in enumerate(episodes):
        is_theirs = episode.is_open and not _is_about_us(by_key.get(episode.rule))
        held = [key for key in episode.held if key not in outcome.left.get(position, ())]
        if is_theirs and position not in outcome.appended and all(_is_about_us(by_key.get(key)) for key in held):
            over.append(position)
            if held:
                outcome.left.setdefault(position, []).extend(held)
    return over


def _is_about_us(rule: Terms | None) -> bool:
    return rule is not None and rule.kind in OUR_OWN


# ------------------------------------------------------------------------------------------- answers
def _answered(standing: Standing, episodes: Sequence[Episode], rules: Sequence[Terms]) -> list[Entry]:
    asked = [rule for rule in rules if rule.kind == Kind.ANSWER and rule.is_on]
    mine = [rule for rule in asked if rule.segment_id is None or rule.segment_id in standing.segments]
    found = [Entry(rule, answers_to_tell(standing, rule, episodes)) for rule in mine]
    return [entry for entry in found if entry.drivers]


def answers_to_tell(standing: Standing, rule: Terms, episodes: Sequence[Episode]) -> list[Driver]:
    """Answers of the last 30 days that count and that no episode has been told of, or not in these words; oldest first.

    An answer older than a finished episode's newest is part of that episode. A comment added to an answer that a
    person has resolved is not a new answer.
    """
    fresh = [
        answer
        for answer in standing.answers
        if rule.counts(answer)
        and answer.at > standing.at - ANSWER_LIFE
        and not any(_is_told(answer, rule.key, episode) for episode in episodes)
    ]
    return [_answer_driver(rule, answer) for answer in sorted(fresh, key=lambda answer: answer.fact_id)]


def _is_told(answer: Answer, rule: str, episode: Episode) -> bool:
    known = episode.answers_told(rule).get(answer.answer_id)
    if episode.is_open:
        return known is not None and known.get("fact_id") == answer.fact_id
    if known is not None and episode.is_resolved and known["value"] == answer.value:
        return True
    return answer.fact_id <= episode.newest_fact(rule)


def _answer_driver(rule: Terms, answer: Answer) -> Driver:
    numbers = {
        "fact_id": answer.fact_id,
        "answer_id": answer.answer_id,
        "contact_id": answer.contact_id,
        "value": answer.value,
        **answer.about,
    }
    return rule.driver(answer.at, numbers)


def _is_left(standing: Standing, rule: Terms, episode: Episode) -> bool:
    """Whether `rule`, held by `episode`, is over."""
    if rule.kind != Kind.ANSWER:
        return rule.key in standing.left
    return all(_is_answered_well(standing, rule, driver) for driver in episode.answers_told(rule.key).values())


def _is_answered_well(standing: Standing, rule: Terms, driver: Driver) -> bool:
    if datetime.fromisoformat(driver["at"]) <= standing.at - ANSWER_LIFE:
        return True
    latest = standing.answer_of(driver["contact_id"])
    return latest is not None and not latest.is_bad and not rule.counts(latest)


# ------------------------------------------------------------------------------------------- entering
def _enter_hard(outcome: Outcome, entry: Entry, episodes: Sequence[Episode]) -> None:
    key = entry.rule.key
    _let_go(outcome, key, episodes)
    for position, episode in enumerate(episodes):
        if episode.is_open and key in (episode.rule, *episode.held):
            _append(outcome, position, entry)
            return
    outcome.opened.append((key, list(entry.drivers)))


def _tell_holders(outcome: Outcome, entries: Sequence[Entry], episodes: Sequence[Episode]) -> list[Entry]:
    """Tell open alerts what rules that they hold say besides; the entries of rules that none holds."""
    fresh = []
    for entry in entries:
        holders = [place for place, one in enumerate(episodes) if one.is_open and entry.rule.key in one.held]
        for place in holders:
            _append(outcome, place, entry)
        if not holders:
            fresh.append(entry)
    return fresh


def _enter_soft(
    outcome: Outcome,
    standing: Standing,
    entries: Sequence[Entry],
    episodes: Sequence[Episode],
    closed_to_them: Sequence[int],
    hosts: Sequence[list[Driver]],
) -> None:
    """Join the first of `hosts`, the drivers of what opens now, or what is open and not `closed_to_them`.

    Else open an alert, or keep silent.
    """
    open_now = [place for place, one in enumerate(episodes) if one.is_open and place not in closed_to_them]
    told = [place for place in open_now if not episodes[place].is_held_out]
    joined = told or ([] if any(is_event(entry.rule) for entry in entries) else open_now)
    if hosts:
        hosts[0].extend(driver for entry in entries for driver in entry.drivers)
    elif joined:
        for entry in entries:
            _append(outcome, joined[0], entry)
    elif not standing.may_open_soft or not _open_soft(outcome, standing, entries, episodes):
        return
    for entry in entries:
        _let_go(outcome, entry.rule.key, episodes)


def _open_soft(outcome: Outcome, standing: Standing, entries: Sequence[Entry], episodes: Sequence[Episode]) -> bool:
    """Open one alert for all, by the first that is not cooling down; without one, keep them silently."""
    taken = {episode.rule for episode in episodes if episode.is_open}
    free = [one for one in entries if one.rule.key not in taken]
    ready = next((one for one in free if last_cooling(standing, one.rule, episodes) is None), None)
    if ready is None:
        _keep_silent(outcome, standing, entries, episodes)
        return False
    others = [driver for entry in entries if entry is not ready for driver in entry.drivers]
    outcome.opened.append((ready.rule.key, [*ready.drivers, *others]))
    return True


def _append(outcome: Outcome, position: int, entry: Entry) -> None:
    outcome.appended.setdefault(position, []).extend(entry.drivers)
    if position in outcome.left:
        outcome.left[position] = [left for left in outcome.left[position] if left != entry.rule.key]


def _let_go(outcome: Outcome, key: str, episodes: Sequence[Episode]) -> None:
    """A closed episode holds a rule no longer once an open one is told of it."""
    for position, episode in enumerate(episodes):
        if not episode.is_open and key in episode.held and key not in outcome.left.get(position, ()):
            outcome.left.setdefault(position, []).append(key)


def _keep_silent(outcome: Outcome, standing: Standing, entries: Sequence[Entry], episodes: Sequence[Episode]) -> None:
    for entry in entries:
        position = last_cooling(standing, entry.rule, episodes)
        if position is not None and not any(entry.rule.key in episode.held for episode in episodes):
            outcome.silent.setdefault(position, []).extend({**one, "is_silent": True} for one in entry.drivers)


def last_cooling(standing: Standing, rule: Terms, episodes: Sequence[Episode]) -> int | None:
    """The position of the rule's last episode, if that keeps a soft rule from opening another one now."""
    own = [(episode.opened_at, -place) for place, episode in enumerate(episodes) if episode.rule == rule.key]
    if not own:
        return None
    opened_at, place = max(own)
    if opened_at <= standing.at - rule.cool_down or has_fallen_further(episodes[-place].score, standing.score):
        return None
    return -place


def has_fallen_further(then: float | None, now: float | None) -> bool:
    """Whether a score is so much lower than when an episode opened that it is another event."""
    return then is not None and now is not None and round(then - now, 1) >= FURTHER_FALL
