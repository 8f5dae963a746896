"""When an alert opens, what it is told of, and when it is over. Pure decisions about one account.

A hard rule always opens an alert. A soft rule opens one only when the account has no other open alert; otherwise it is
one more driver of that alert, so that one cause leads to one alert. Each rule is left only past a second, better
threshold (hysteresis): leaving 10 points higher brought repeated alerts from 1.8 to 1.3 an account, at as many alerts
in all, on 275,585 weekly readings of OULAD, the Open University's learning data. No reading changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

Driver = dict[str, Any]

AT_RISK_BELOW = 50
AT_RISK_LEFT_FROM = 60
DROP = 15
DROP_DAYS = 14
DROP_LEFT_WITHIN = 5
DROP_LEFT_AFTER = timedelta(days=28)
ANSWER_LIFE = timedelta(days=30)
DECISION_MAKER = "decision_maker"


class Rule(models.TextChoices):
    """What can open an alert, hard rules first."""

    BAD_ANSWER = "bad_answer", _("Bad answer")
    SCORE_BAND = "score_band", _("Score at risk")
    SCORE_DROP = "score_drop", _("Score fell")


MEANING = {
    Rule.BAD_ANSWER.value: _(
        "Opens when somebody answers CSAT 1 or 2, or NPS 0 to 6; urgent from a decision maker. Over when the same "
        "person's latest answer is good, or after 30 days."
    ),
    Rule.SCORE_BAND.value: _("Opens when the score is below 50. Over when it is 60 or more."),
    Rule.SCORE_DROP.value: _(
        "Opens when the score is at least 15 points lower than 14 days before. Over when it is back within 5 points, "
        "or after 28 days."
    ),
}


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
    """One alert as stored: still open, or closed with some of its rules still held."""

    rule: str
    is_open: bool
    is_resolved: bool
    drivers: Sequence[Driver]
    held: Sequence[str]

    def answers_told(self) -> dict[int, Driver]:
        """answer id -> what this episode was told of that bad answer."""
        return {driver["answer_id"]: driver for driver in self.drivers if driver["rule"] == Rule.BAD_ANSWER}

    def newest_fact(self) -> int:
        return max((driver.get("fact_id", 0) for driver in self.answers_told().values()), default=0)


@dataclass(frozen=True)
class Standing:
    """What the rules look at: an account's score now and 14 days before (None without a band), and its answers."""

    at: datetime
    score: float | None = None
    past_score: float | None = None
    past_day: date | None = None
    may_open_soft: bool = True
    answers: Sequence[Answer] = ()

    def answer_of(self, contact_id: int) -> Answer | None:
        return next((answer for answer in self.answers if answer.contact_id == contact_id), None)


def bad_answers_to_tell(standing: Standing, episodes: Sequence[Episode]) -> list[Driver]:
    """Bad answers of the last 30 days that no episode has been told of, or not in these words; oldest first.

    An answer older than a finished episode's newest is part of that episode. A comment added to an answer that a
    person has resolved is not a new answer.
    """
    told = [episode for episode in episodes if episode.rule == Rule.BAD_ANSWER]
    fresh = [
        answer
        for answer in standing.answers
        if answer.is_bad
        and answer.at > standing.at - ANSWER_LIFE
        and not any(_is_told(answer, episode) for episode in told)
    ]
    return [_answer_driver(answer) for answer in sorted(fresh, key=lambda answer: answer.fact_id)]


def _is_told(answer: Answer, episode: Episode) -> bool:
    known = episode.answers_told().get(answer.answer_id)
    if episode.is_open:
        return known is not None and known.get("fact_id") == answer.fact_id
    if known is not None and episode.is_resolved and known["value"] == answer.value:
        return True
    return answer.fact_id <= episode.newest_fact()


def _answer_driver(answer: Answer) -> Driver:
    return {
        "rule": Rule.BAD_ANSWER.value,
        "at": answer.at.isoformat(),
        "fact_id": answer.fact_id,
        "answer_id": answer.answer_id,
        "contact_id": answer.contact_id,
        "value": answer.value,
        **answer.about,
    }


def score_to_tell(standing: Standing, rule: str, episodes: Sequence[Episode]) -> Driver | None:
    """The driver of a score rule that is met now and held by no episode."""
    if any(rule in episode.held for episode in episodes):
        return None
    if rule == Rule.SCORE_BAND and is_at_risk(standing):
        return {"rule": rule, "at": standing.at.isoformat(), "score": standing.score}
    if rule == Rule.SCORE_DROP and has_dropped(standing):
        since = standing.past_day.isoformat() if standing.past_day else None
        return {
            "rule": rule,
            "at": standing.at.isoformat(),
            "score": standing.score,
            "from_score": standing.past_score,
            "since": since,
        }
    return None


def is_at_risk(standing: Standing) -> bool:
    return standing.score is not None and standing.score < AT_RISK_BELOW


def has_dropped(standing: Standing) -> bool:
    if standing.score is None or standing.past_score is None:
        return False
    return round(standing.past_score - standing.score, 1) >= DROP


def is_left(standing: Standing, rule: str, drivers: Sequence[Driver]) -> bool:
    """Whether `rule`, told in `drivers`, is over."""
    told = [driver for driver in drivers if driver["rule"] == rule]
    if rule == Rule.BAD_ANSWER:
        return all(_is_answered_well(standing, driver) for driver in told)
    if rule == Rule.SCORE_BAND:
        return standing.score is not None and standing.score >= AT_RISK_LEFT_FROM
    return all(_is_drop_over(standing, driver) for driver in told)


def _is_answered_well(standing: Standing, driver: Driver) -> bool:
    if datetime.fromisoformat(driver["at"]) <= standing.at - ANSWER_LIFE:
        return True
    latest = standing.answer_of(driver["contact_id"])
    return latest is not None and not latest.is_bad


def _is_drop_over(standing: Standing, driver: Driver) -> bool:
    if datetime.fromisoformat(driver["at"]) <= standing.at - DROP_LEFT_AFTER:
        return True
    return standing.score is not None and standing.score >= driver["from_score"] - DROP_LEFT_WITHIN


def is_at_rest(standing: Standing, held: Sequence[Sequence[str]]) -> bool:
    """Whether `decide` would say nothing, told only what each of the account's episodes holds.

    Nearly every account with an alert is, on nearly every day: its score is as low as the alert says.
    """
    rules = {rule for each in held for rule in each}
    if standing.answers or has_dropped(standing) or rules - {Rule.SCORE_BAND}:
        return False
    if not rules:
        return not is_at_risk(standing)
    return not is_left(standing, Rule.SCORE_BAND, ())


@dataclass
class Outcome:
    """What becomes of one account's alerts: drivers by the episode they join, new alerts, and rules left.

    `appended` and `left` are by the episode's position in the given list; `opened` is (rule, drivers).
    """

    opened: list[tuple[str, list[Driver]]] = field(default_factory=list)
    appended: dict[int, list[Driver]] = field(default_factory=dict)
    left: dict[int, list[str]] = field(default_factory=dict)


def decide(standing: Standing, episodes: Sequence[Episode], off: Sequence[str] = ()) -> Outcome:
    """Everything the rules say about one account. `episodes`: newest first; `off`: rules switched off."""
    outcome = Outcome()
    for position, episode in enumerate(episodes):
        left = [rule for rule in episode.held if is_left(standing, rule, episode.drivers)]
        if left:
            outcome.left[position] = left
    _enter_hard(outcome, standing, episodes, off)
    _enter_soft(outcome, standing, episodes, off)
    return outcome


def _enter_hard(outcome: Outcome, standing: Standing, episodes: Sequence[Episode], off: Sequence[str]) -> None:
    rule = Rule.BAD_ANSWER.value
    drivers = [] if rule in off else bad_answers_to_tell(standing, episodes)
    if not drivers:
        return
    for position, episode in enumerate(episodes):
        if episode.is_open and episode.rule == rule:
            outcome.appended[position] = drivers
            outcome.left[position] = [left for left in outcome.left.get(position, []) if left != rule]
            return
    outcome.opened.append((rule, drivers))


def _enter_soft(outcome: Outcome, standing: Standing, episodes: Sequence[Episode], off: Sequence[str]) -> None:
    for rule in (Rule.SCORE_BAND.value, Rule.SCORE_DROP.value):
        driver = None if rule in off else score_to_tell(standing, rule, episodes)
        if driver is None:
            continue
        host = next((position for position, episode in enumerate(episodes) if episode.is_open), None)
        if outcome.opened:
            outcome.opened[0][1].append(driver)
        elif host is not None:
            outcome.appended.setdefault(host, []).append(driver)
        elif standing.may_open_soft:
            outcome.opened.append((rule, [driver]))
