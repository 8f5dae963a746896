"""The score's SQL against the plain-Python reference, and what must hold whatever the data."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account, Contact, Contract, MetricDay, Ticket
from accounts.stages import Stage
from health import stored
from health.actions import scores
from health.first_profiles import FIRST
from health.models import HealthProfile, HealthScore, Typical
from health.parts import PARTS, band_of
from journeys.models import StageMove, Touchpoint
from learning.models import Completion, ContentItem
from plans.models import Goal, GoalReading, Milestone, PlanVersion
from segments.actions import segments as segment_actions
from segments.models import SegmentMember
from tests.builders import NOON, TODAY, make_account, make_metric, make_segment
from tests.health import reference
from tests.health.reference import Aim, Case, Known, Lesson, Person, Plan, Step, Touch, noon, reckon
from workspaces import tenancy

SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
READINGS = ("key_actions", "logins", "active_users", "seats_used", "feature_a", "feature_b")
ANSWERS_OF_A_PLAN = ("why_bought", "use_case", "replaces", "success_criteria", "sponsor_role", "expected_on")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def at_noon(day: date | None) -> datetime | None:
    return day and noon(day)


# ------------------------------------------------------------------------------------------------------- rows of Known
def store(known: Known) -> Account:
    """An account with these rows."""
    account = make_account(stage=known.stage)
    people = [
        Contact(account=account, name="P", role=person.role, left_at=at_noon(person.left), created_at=NOON)
        for person in known.people
    ]
    Contact.objects.bulk_create(people)
    _store_readings(account, known)
    _store_what_was_agreed(account, known)
    _store_plan(account, known)
    _store_talks(account, known, people)
    _store_lessons(account, known, people)
    return account


def _store_readings(account: Account, known: Known) -> None:
    talks = [touch.at.date() for touch in known.touches if touch.is_talk and touch.channel != "note"]
    rows = [(key, day, [value]) for key in READINGS for day, value in getattr(known, key).items()]
    rows += [("touchpoints_two_way", day, [1.0]) for day in {*known.two_way, *talks}]
    for key, (low, high) in SCALES.items():
        rows += [
            (key, day, [(value - low) / (high - low) * 100 for value in values])
            for day, values in getattr(known, key).items()
        ]
    metrics = {key: make_metric(key) for key in {key for key, _, _ in rows}}
    MetricDay.objects.bulk_create(
        MetricDay(account=account, metric=metrics[key], day=day, n=len(read), total=sum(read), last=read[-1])
        for key, day, read in rows
    )


def _store_what_was_agreed(account: Account, known: Known) -> None:
    Contract.objects.bulk_create(
        Contract(
            account=account, name="C", starts_on=starts, ends_on=ends, seats=seats, currency="EUR", created_at=NOON
        )
        for starts, ends, seats in known.contracts
    )
    Ticket.objects.bulk_create(
        Ticket(
            account=account,
            source="desk",
            external_id=f"{account.pk}-{number}",
            opened_at=at_noon(case.opened),
            closed_at=at_noon(case.closed),
            reopened_at=at_noon(case.reopened),
            topic=case.topic,
            priority=case.priority,
            source_updated_at=NOON,
        )
        for number, case in enumerate(known.tickets)
    )


def _store_plan(account: Account, known: Known) -> None:
    for plan in known.plans:
        given_values = ("Why", "Use", "Paper", "Criteria", "champion", TODAY)
        answers = dict(list(zip(ANSWERS_OF_A_PLAN, given_values, strict=True))[: plan.answers])
        PlanVersion.objects.create(
            account=account,
            **answers,
            metrics=[make_metric(key).pk for key in plan.metrics],
            renewal_intent=plan.intent,
            renewal_intent_on=plan.intent_on,
            confirmed_on=plan.confirmed,
            recorded_at=noon(plan.recorded),
        )
    for aim in known.goals:
        _store_goal(account, aim)
    Milestone.objects.bulk_create(
        Milestone(
            account=account,
            name="S",
            phase="adoption",
            due_on=step.due,
            done_on=step.done,
            material="https://vendor.example/kit" if step.is_prepared else "",
            recorded_at=noon(step.recorded),
            done_recorded_at=at_noon(step.done_recorded or step.done) if step.done else None,
        )
        for step in known.steps
    )


def _store_goal(account: Account, aim: Aim) -> None:
    goal = Goal.objects.create(
        account=account,
        name="G",
        baseline=aim.baseline,
        target=aim.target,
        starts_on=aim.starts,
        due_on=aim.due,
        weight=aim.weight,
        site=aim.site,
        metric=make_metric(aim.metric) if aim.metric else None,
        reached_on=aim.reached,
        confirmed_on=aim.confirmed,
        ended_on=aim.ended,
        recorded_at=noon(aim.recorded),
    )
    GoalReading.objects.bulk_create(
        GoalReading(goal=goal, day=day, value=value, recorded_at=noon(recorded))
        for day, value, recorded in aim.readings
    )


def _store_talks(account: Account, known: Known, people: list[Contact]) -> None:
    Touchpoint.objects.bulk_create(
        Touchpoint(
            account=account,
            contact=None if touch.person is None else people[touch.person],
            channel=touch.channel,
            direction="two_way" if touch.is_two_way else "one_way",
            summary="T",
            outcome=touch.outcome,
            is_proactive=touch.is_proactive,
            felt=touch.felt,
            at=touch.at,
        )
        for touch in known.touches
    )
    if known.advocate_on:
        since = noon(known.advocate_on)
        StageMove.objects.create(
            account=account, from_stage="loyalty", to_stage="advocacy", from_since=since, at=since, reason="R"
        )


def _store_lessons(account: Account, known: Known, people: list[Contact]) -> None:
    for number, lesson in enumerate(known.lessons):
        item = ContentItem.objects.create(
            title="L",
            url=f"https://vendor.example/{account.pk}/{number}",
            kind="video",
            roles=list(lesson.roles),
            metric=make_metric(lesson.metric) if lesson.metric else None,
            created_at=NOON,
        )
        Completion.objects.create(
            item=item,
            account=account,
            contact=people[lesson.person],
            started_at=noon(lesson.started),
            completed_at=at_noon(lesson.completed),
            recorded_at=noon(lesson.recorded),
        )


def make_typical(typical: reference.Typical) -> None:
    means = [typical.means.get(key) for key in PARTS]
    Typical.objects.create(means=means, depth=typical.depth, computed_at=NOON)


def scored(accounts: list[Account], day: date = TODAY) -> dict[int, HealthScore]:
    scores.rescore_days(days=[day], at=NOON, account_ids=[account.pk for account in accounts])
    return {row.account_id: row for row in HealthScore.objects.filter(day=day)}


def score_of(account: Account, day: date = TODAY) -> HealthScore:
    return scored([account], day)[account.pk]


def parts_of(row: HealthScore) -> dict[str, dict]:
    return {part["key"]: part for part in row.parts}


def part(known: Known, key: str) -> dict:
    return parts_of(score_of(store(known)))[key]


def measure(known: Known, key: str, day: date = TODAY) -> dict:
    return stored.measure_of(score_of(store(known), day).parts, key)


def in_company(everybody: list[Known], day: date = TODAY) -> list[Known]:
    """Each as the workspace of all of them makes it: one ticket is a help desk, one lesson is something to learn."""

    def any_of(found) -> bool:
        return any(day >= on for known in everybody for on in found(known))

    has_desk = any_of(lambda known: [case.opened for case in known.tickets])
    has_lessons = any(known.lessons for known in everybody)
    has_steps = any_of(lambda known: [step.recorded for step in known.steps])
    has_begun = any_of(lambda known: [one.at.date() for one in known.touches if one.is_proactive is not None])
    is_asked = dict.fromkeys(PARTS, True) | {
        "intent": any_of(lambda known: [plan.recorded for plan in known.plans]),
        "needs": has_steps or has_begun,
        "outcomes": any_of(lambda known: [goal.recorded for goal in known.goals]),
        "education": has_lessons,
        "journey": has_steps or has_desk,
    }
    shared = {
        "has_desk": has_desk,
        "has_lessons": has_lessons,
        "has_talks": any_of(lambda known: [one.at.date() for one in known.touches if one.channel != "note"]),
        "asked": frozenset(key for key in PARTS if is_asked[key]),
    }
    return [replace(known, **shared) for known in everybody]


# ---------------------------------------------------------------------------------------------------- random accounts
def ages(least: int, most: int):
    return st.integers(least, most).map(ago)


def few(strategy, most: int = 3):
    return st.lists(strategy, max_size=most)


def maybe(strategy):
    return st.one_of(st.none(), strategy)


def day_after(first: date, days: int | None) -> date | None:
    return None if days is None else first + timedelta(days=days)


near_days, far_days = ages(-2, 60), ages(-3, 400)
amounts = st.one_of(st.integers(0, 2000).map(float), st.floats(0.01, 1e6))
readings = st.dictionaries(near_days, amounts, max_size=8)
moments = st.builds(
    lambda day, hour: datetime.combine(day, time(hour), UTC), st.one_of(ages(-2, 130), far_days), st.integers(0, 23)
)
roles = st.sampled_from(Contact.Role.values)
metrics = st.sampled_from(["feature_a", "feature_b", "key_actions"])
later = st.integers(0, 500)
contracts = st.builds(
    lambda starts, days, seats: (starts, day_after(starts, days), seats),
    far_days, st.integers(1, 500), maybe(st.integers(0, 300)),
)  # fmt: skip
cases = st.builds(
    lambda opened, closed, reopened, topic, priority: Case(
        opened, day_after(opened, closed), day_after(opened, reopened), topic, priority
    ),
    ages(-1, 130), maybe(st.integers(0, 60)), maybe(st.integers(0, 120)),
    st.sampled_from(["", "question", "problem"]), st.sampled_from(["", "low", "high"]),
)  # fmt: skip
persons = st.builds(Person, roles, maybe(ages(-2, 120)))
touches = st.builds(
    Touch, moments, st.booleans(), maybe(st.integers(0, 3)), st.sampled_from(["", "held", "missed"]),
    maybe(st.booleans()), maybe(st.integers(-2, 2)), st.sampled_from(["call", "email", "note"]),
)  # fmt: skip
plans = st.builds(
    lambda answers, names, intent, intent_on, confirmed, recorded: Plan(
        answers, tuple(names), intent, intent_on if intent else None, confirmed, recorded
    ),
    st.integers(0, 6), st.lists(metrics, max_size=3, unique=True), maybe(st.integers(1, 5)), far_days,
    maybe(far_days), far_days,
)  # fmt: skip


@st.composite
def aims(draw):
    starts = draw(far_days)
    reached = day_after(starts, draw(maybe(later)))
    days = st.dictionaries(far_days, st.tuples(st.floats(-50, 150), far_days), max_size=2)
    return Aim(
        starts=starts,
        due=day_after(starts, draw(st.integers(1, 500))),
        baseline=draw(st.sampled_from([0.0, 50.0])),
        target=draw(st.sampled_from([100.0, -20.0])),
        weight=draw(st.integers(1, 100)),
        site=draw(st.sampled_from(["", "Berlin", "Lagos"])),
        metric=draw(maybe(metrics)),
        reached=reached,
        confirmed=day_after(reached, draw(maybe(later))) if reached else None,
        ended=day_after(starts, draw(maybe(later))) if reached is None else None,
        readings=tuple((day, value, recorded) for day, (value, recorded) in draw(days).items()),
        recorded=draw(far_days),
    )


def _step(due: date, done: int | None, known: int, is_prepared: bool, recorded: date) -> Step:
    return Step(due, day_after(due, done), is_prepared, recorded, day_after(due, done and done + known))


steps = st.builds(
    _step, st.one_of(ages(-65, 100), far_days), maybe(st.integers(-10, 40)), st.integers(0, 20), st.booleans(), far_days
)
lessons = st.builds(
    lambda person, started, completed, roles, metric, recorded: Lesson(
        person, started, day_after(started, completed), tuple(roles), metric, recorded
    ),
    st.integers(0, 3), far_days, maybe(later), st.lists(roles, max_size=2, unique=True), maybe(metrics), far_days,
)  # fmt: skip


def _seen(known: Known) -> Known:
    """Touchpoints and lessons of people who are there."""
    count = len(known.people)
    touches = [
        touch._replace(person=touch.person % count if count and touch.person is not None else None)
        for touch in known.touches
    ]
    lessons = [lesson._replace(person=lesson.person % count) for lesson in known.lessons if count]
    return replace(known, touches=touches, lessons=lessons)


def answers(low: int, high: int, most: int):
    return st.dictionaries(far_days, st.lists(st.integers(low, high), min_size=1, max_size=3), max_size=most)


accounts_known = st.builds(
    Known,
    **dict.fromkeys(READINGS, readings),
    csat=answers(1, 5, 3),
    nps=answers(0, 10, 3),
    ces=answers(1, 7, 2),
    two_way=few(far_days, 1),
    contracts=few(contracts, 2),
    tickets=few(cases, 4),
    people=few(persons),
    touches=few(touches, 6),
    plans=few(plans, 2),
    goals=few(aims()),
    steps=few(steps, 4),
    lessons=few(lessons),
    stage=st.sampled_from(Stage.values),
    segments=st.sets(st.sampled_from(["Big", "Gone"])).map(frozenset),
    advocate_on=maybe(far_days),
).map(_seen)
weightings = st.lists(st.integers(0, 100), min_size=7, max_size=7).map(
    lambda cuts: dict(
        zip(PARTS, [b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 100], strict=True)], strict=True)
    )
)
typicals = st.builds(
    reference.Typical,
    means=st.fixed_dictionaries({key: maybe(st.floats(1, 100)) for key in PARTS}),
    depth=maybe(st.floats(0.01, 1000)),
)


def examples(most: int):
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=most, deadline=None, suppress_health_check=checks)


def delivered(known: Known) -> dict[str, int]:
    """The weights that a workspace starts with."""
    return next(first.weights for first in FIRST if not first.stages or known.stage in first.stages)


# ------------------------------------------------------------------------------------------------------------ the tests
WHO = (
    {"stages": ("decision", "delivery")},
    {"segment": "Big"},
    {"segment": "Gone"},
    {"stages": ("use", "loyalty"), "segment": "Big"},
)
sets_of_profiles = st.builds(
    lambda those, default: [*(reference.Profile(weights, **who) for who, weights in those), reference.Profile(default)],
    st.lists(st.tuples(st.sampled_from(WHO), weightings), max_size=3),
    weightings,
)


def store_profiles(wanted: list[reference.Profile], everybody: list[Known], accounts: list[Account]) -> None:
    """Segments with their members, of which one has been put away, and the profiles in order."""
    segments = {name: make_segment(name) for name in ("Big", "Gone")}
    for known, account in zip(everybody, accounts, strict=True):
        for name in known.segments - {"Gone"}:
            SegmentMember.objects.create(segment=segments[name], account=account, since=NOON)
    segment_actions.archive(segment=segments["Gone"], at=NOON, by=None)
    HealthProfile.objects.all().delete()
    for place, one in enumerate(wanted, start=1):
        segment_id = segments[one.segment].pk if one.segment else None
        HealthProfile.objects.create(
            name=f"P{place}", place=place, segment_id=segment_id, stages=list(one.stages), **one.weights
        )


@examples(25)
@given(everybody=st.lists(accounts_known, min_size=1, max_size=4), wanted=sets_of_profiles, typical=maybe(typicals))
def test_sql_equals_the_reference(workspace, everybody, wanted, typical):
    """Each account by the first profile that applies to it; a segment that was put away holds nobody."""
    with undone(workspace):
        if typical:
            make_typical(typical)
        accounts = [store(known) for known in everybody]
        store_profiles(wanted, everybody, accounts)
        rows = scored(accounts)
        for account, known in zip(accounts, in_company(everybody), strict=True):
            left = replace(known, segments=known.segments - {"Gone"})
            weights = reference.profile_of(left, wanted).weights
            check(rows[account.pk], reckon(known, TODAY, weights, typical), weights)


def check(row: HealthScore, expected: reference.Reckoned, weights: dict[str, int]) -> None:
    for one in row.parts:
        key = one["key"]
        for found in one["measures"]:
            value, coverage = expected.measures[found["key"]]
            assert found["value"] == close(value), found
            assert found["coverage"] == pytest.approx(coverage, abs=0.0051), found
        assert one["weight"] == weights[key]
        assert one["value"] == close(expected.values[key]), key
        assert one["coverage"] == pytest.approx(expected.coverages[key], abs=0.0051), key
        assert one["points"] == close(expected.points[key], abs=0.1001), key
    assert (None if row.score is None else float(row.score)) == close(expected.score)
    assert row.coverage == pytest.approx(expected.coverage, abs=0.0051)
    assert row.band == band_of(row.score, row.coverage)
    if row.score is not None:
        assert round(sum(one["points"] or 0 for one in row.parts), 1) == float(row.score)


@examples(15)
@given(
    known=accounts_known, typical=maybe(typicals), age=st.integers(0, 30),
    bad=st.sampled_from([("csat", 1), ("csat", 2), ("nps", 0), ("nps", 6)]),
)  # fmt: skip
def test_one_bad_answer_more_always_lowers_the_score(workspace, known, typical, bad, age):
    """Unless all that counts is 0 already."""
    metric, value = bad
    answers = getattr(known, metric)
    worse = replace(known, **{metric: {**answers, ago(age): [*answers.get(ago(age), []), value]}})

    before, after, row_before, row_after = both(workspace, known, worse, typical)

    if before.score is None:
        assert after.score == 0
    else:
        assert row_after.score <= row_before.score
        assert after.score < before.score or before.score == after.score == 0 or before.points["relationships"] == 0


@examples(15)
@given(known=accounts_known, typical=maybe(typicals), minutes=st.integers(1, 600), copies=st.integers(1, 5))
def test_more_messages_before_the_same_conversation_never_raise_the_score(workspace, known, typical, minutes, copies):
    sent = [touch for touch in known.touches if touch.is_sent and touch.channel != "note"]
    others = [touch.at for touch in known.touches]
    more = [
        touch._replace(at=touch.at - timedelta(minutes=minutes * nth), felt=None, outcome="", person=None)
        for touch in sent
        for nth in range(1, copies + 1)
        if not any(touch.at - timedelta(minutes=minutes * nth) <= other < touch.at for other in others)
    ]
    before, after, row_before, row_after = both(
        workspace, known, replace(known, touches=[*known.touches, *more]), typical
    )

    if before.score is not None:
        assert after.score <= before.score + 1e-9
        assert row_after.score <= row_before.score


@examples(15)
@given(known=accounts_known, typical=maybe(typicals), count=st.integers(1, 4), age=st.integers(0, 100))
def test_more_mail_alone_never_raises_the_score(workspace, known, typical, count, age):
    """Sent after the last conversation, so that no conversation can be taken for an answer."""
    talks = [touch.at for touch in known.touches if touch.is_talk and touch.channel != "note"]
    sent_at = max([noon(ago(age)), *talks])
    louder = replace(known, touches=[*known.touches, *[Touch(sent_at, is_two_way=False, channel="email")] * count])

    before, after, row_before, row_after = both(workspace, known, louder, typical)

    if before.score is not None:
        assert after.score <= before.score + 1e-9
        assert row_after.score <= row_before.score
    else:
        assert not after.score


def both(workspace, known: Known, changed: Known, typical):
    """(reckoned, reckoned once changed, stored, stored once changed), each with the weights delivered."""
    with undone(workspace):
        if typical:
            make_typical(typical)
        accounts = [store(known), store(changed)]
        rows = scored(accounts)
        reckoned = [reckon(one, TODAY, delivered(one), typical) for one in in_company([known, changed])]
        return *reckoned, *(rows[account.pk] for account in accounts)


@examples(6)
@given(everybody=st.lists(accounts_known, min_size=2, max_size=4), typical=maybe(typicals))
def test_an_account_scored_alone_gets_the_same_as_among_others(workspace, everybody, typical):
    with undone(workspace):
        if typical:
            make_typical(typical)
        accounts = [store(known) for known in everybody]
        together = {pk: told(row) for pk, row in scored(accounts).items()}
        HealthScore.objects.all().delete()
        alone = {account.pk: told(score_of(account)) for account in accounts}

    assert alone == together


def told(row: HealthScore):
    return row.score, row.band, row.coverage, row.parts


@examples(6)
@given(known=accounts_known, typical=maybe(typicals), age=st.integers(1, 120))
def test_a_past_day_equals_the_reference_of_what_was_known_then(workspace, known, typical, age):
    with undone(workspace):
        if typical:
            make_typical(typical)
        row = score_of(store(known), ago(age))

    then, weights = in_company([known], ago(age))[0], delivered(known)
    check(row, reckon(then, ago(age), weights, typical), weights)


def close(value: float | None, abs: float = 0.0501):
    """As stored: to a tenth, give or take the last bit."""
    return None if value is None else pytest.approx(value, abs=abs)


class undone:
    """Hypothesis runs many examples in one test: each is rolled back."""

    def __init__(self, workspace):
        self.workspace = workspace

    def __enter__(self):
        self.entered = tenancy.entered(self.workspace.pk)
        self.entered.__enter__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error):
        if error[0] is None:
            transaction.set_rollback(True)
        self.atomic.__exit__(*error)
        self.entered.__exit__(*error)
