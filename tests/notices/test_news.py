"""Work that somebody began and that is over, and reviews that are due."""

from datetime import UTC, datetime, timedelta

import pytest

from health import queries as health_queries
from health.actions import profiles
from health.parts import DEFAULT_WEIGHTS
from imports.actions import merging
from imports.models import Import
from notices import words
from notices.actions import choosing
from notices.kinds import ByMail, Kind, Way
from notices.models import Notice, Occasion
from outbox.models import Mail
from reviews import actions as reviews
from risk import actions as risk
from risk.models import RiskRun
from tests.builders import NOON, make_account, make_member, make_review
from tests.health.test_scores import run
from tests.imports.files import checked, work
from workspaces.capabilities import Role
from workspaces.registry import News, spread


def told() -> list[tuple[int, str, str, str]]:
    """(member, kind, what it says, where it leads) of each notice."""
    rows = Notice.objects.select_related("occasion").order_by("pk")
    return [(one.member_id, one.occasion.kind, words.say(one.occasion).text, one.occasion.link) for one in rows]


def test_who_changed_weights_hears_that_earlier_scores_are_computed(workspace):
    boss, _other = make_member(Role.ADMIN), make_member(Role.ADMIN)
    make_account()
    weights = {**DEFAULT_WEIGHTS, "outcomes": 0, "engagement": 30}
    profiles.update_profile(profile=health_queries.profile(), weights=weights, at=NOON, by=boss.user)
    run("compute")
    name = health_queries.profile().name
    assert told() == [
        (boss.pk, "work_done", f"Earlier scores are computed by the weights of “{name}”.", "/insights/"),
    ]
    assert not Mail.objects.exists(), "in the app alone, unless they choose otherwise"


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("", "The test of the risk on your history found nothing to test."),
        ("no_evidence", "The risk is tested on your history: No evidence."),
    ],
)
def test_who_began_a_test_of_the_risk_hears_of_its_verdict(workspace, monkeypatch, verdict, said):
    boss = make_member(Role.ADMIN)
    started = risk.start_run(at=NOON, by=boss.user)
    monkeypatch.setattr(risk, "_too_short", lambda _run: "too_short")
    if verdict:
        RiskRun.objects.update(verdict=verdict)
    run("compute")
    assert RiskRun.objects.get().finished_at is not None
    assert told() == [(boss.pk, "work_done", said, f"/insights/backtest/{started.pk}/")]


def test_a_test_that_nobody_began_is_nobodys_news(workspace):
    make_member(Role.ADMIN)
    risk.start_run(at=NOON, by=None)
    run("compute")
    assert told() == []


def test_who_brought_in_a_file_hears_how_many_rows_were_written(workspace):
    boss = make_member(Role.ADMIN)
    source = checked("Company name\nCedar\nPine\n")
    assert told() == []
    merging.confirm(source=source, at=NOON, by=boss.user)
    work()
    assert told() == [
        (boss.pk, "work_done", f"“{source.file_name}” is imported. 2 rows were written.", f"/imports/{source.pk}/"),
    ]
    assert Import.objects.get().done_at is not None


def test_reviews_that_are_due_are_told_once_in_the_last_month_of_a_quarter(workspace):
    mine, boss = make_member(), make_member(Role.MANAGER)
    for _ in range(2):
        make_account(owner=mine)
    make_account()
    prepared = make_review(make_account(owner=mine), year=2026, quarter=2)
    reviews.mark_prepared(review=prepared, at=NOON, by=None)
    reviews.tell_due(at=datetime(2026, 5, 30, 5, tzinfo=UTC))
    assert told() == []
    for day in range(3):
        reviews.tell_due(at=NOON + timedelta(days=day))
    until = "the quarter ends on 30 Jun 2026."
    assert told() == [
        (mine.pk, "reviews_due", f"2 reviews of 2026-Q2 are not prepared yet; {until}",
         "/reviews/?quarter=2026-Q2&state=due&owner=me"),
        (boss.pk, "reviews_due", f"1 review of 2026-Q2 is not prepared yet; {until}",
         "/reviews/?quarter=2026-Q2&state=due"),
    ]  # fmt: skip


def test_each_member_chooses_how_to_hear_of_finished_work(workspace):
    loud, quiet = make_member(Role.ADMIN), make_member(Role.ADMIN)
    choosing.choose(member_id=loud.pk, ways={"work_done": Way(True, ByMail.AT_ONCE)}, digest="off", hour=8, at=NOON)
    choosing.choose(member_id=quiet.pk, ways={"work_done": Way(False, ByMail.NEVER)}, digest="off", hour=8, at=NOON)
    data = {"work": "weights", "name": "Mature"}
    spread([News(Kind.WORK_DONE, f"weights:{one.pk}", "/insights/", users=(one.user_id,), data=data)
            for one in (loud, quiet)], NOON)  # fmt: skip
    assert [mail.to for mail in Mail.objects.all()] == [loud.user.email]
    assert "You get this mail because you started it." in Mail.objects.get().text
    assert list(Notice.objects.filter(is_shown=True).values_list("member_id", flat=True)) == [loud.pk]
    assert Occasion.objects.count() == 2
