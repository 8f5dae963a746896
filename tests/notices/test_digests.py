"""One mail a day at the member's hour, exactly once whatever dies on the way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from notices import links
from notices.actions import choosing, digests, mails, reading
from notices.kinds import ByMail, Kind, Way
from notices.models import Notice, Preference
from outbox import engine
from outbox.mail import message_of
from outbox.models import Effect, Mail
from tests.builders import NOON, make_account, make_member, make_notice, make_user
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.models import Member
from workspaces.queries import Membership

EIGHT = datetime(2026, 6, 16, 8, tzinfo=UTC)


@pytest.fixture
def owner(workspace):
    return make_member()


def wait_for(member, *, at=NOON, **fields):
    """A notice that waits for the digest, as `tell` leaves it."""
    notice = make_notice(member, created_at=at, **fields)
    digests.plan(member_ids=[member.pk], at=at)
    return notice


def run_at(clock, at):
    clock.at = at
    engine.reap(at=at)
    clock.run()


def test_it_comes_at_the_members_hour_once_with_all_that_waits(owner, clock):
    cedar, alder = make_account("Cedar"), make_account("Alder")
    wait_for(owner, account=cedar)
    wait_for(owner, account=alder, kind=Kind.WORK_STUCK, data={"count": 2})
    wait_for(owner, account=cedar, kind=Kind.TASK_OVERDUE, data={"text": "Call <b>Mei</b>", "due_on": "2026-06-14"})
    run_at(clock, EIGHT - timedelta(seconds=1))
    assert Mail.objects.count() == 0
    run_at(clock, EIGHT)
    run_at(clock, EIGHT + timedelta(hours=1))

    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == (owner.user.email, "3 things to know about your customers")
    places = [mail.text.index(words) for words in ("Cedar", "Call <b>Mei</b>", "Renews on", "Alder", "2 things wait")]
    assert places == sorted(places)  # the most pressing customer first, and in it the most pressing thing
    assert "Call &lt;b&gt;Mei" in mail.html
    assert set(Notice.objects.values_list("mailed_at", flat=True)) == {EIGHT}
    run_at(clock, EIGHT + timedelta(days=1))
    assert Mail.objects.count() == 1  # nothing new, no mail


def test_it_can_be_told_to_stop_with_one_click(owner, clock):
    wait_for(owner)
    run_at(clock, EIGHT)
    message = message_of(Mail.objects.get()).message()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip("<>").partition("/n/")
    path = "/n/" + address[2]

    assert "No digest any more?" in Client().get(path).content.decode()
    assert people_digest(owner) == "daily"
    assert Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert people_digest(owner) == "off"
    wait_for(owner, at=EIGHT)
    run_at(clock, EIGHT + timedelta(days=2))
    assert Mail.objects.count() == 1
    assert "get no digest any more" in Client().get(path).content.decode()
    Client().post(path, {"undo": "1"})
    assert people_digest(owner) == "daily"


def people_digest(member):
    return Preference.objects.filter(member=member).values_list("digest", flat=True).first() or "daily"


def test_a_link_that_we_did_not_make_leads_nowhere(owner, workspace):
    assert Client().get("/n/made-up/").status_code == 404
    with tenancy.entered(workspace.pk):
        workspace_actions.add_member(user=make_user(), role="admin", at=NOON, by=None)
        Member.objects.filter(pk=owner.pk).update(ended_at=NOON)
        path = links.STOP.address(owner.pk).partition("/n/")[2]
    assert Client().post("/n/" + path).status_code == 404


def test_what_was_read_meanwhile_is_not_in_it(owner, clock):
    reading.mark_read(notice=wait_for(owner), at=NOON)
    run_at(clock, EIGHT)
    assert Mail.objects.count() == 0


def test_monday_to_friday_what_comes_on_friday_evening_waits(owner, clock):
    choosing.choose(member_id=owner.pk, ways={}, digest="weekdays", hour=8, at=NOON)
    wait_for(owner, at=datetime(2026, 6, 19, 20, tzinfo=UTC))
    run_at(clock, datetime(2026, 6, 21, 23, tzinfo=UTC))
    assert Mail.objects.count() == 0
    run_at(clock, datetime(2026, 6, 22, 8, tzinfo=UTC))
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("day", [28, 29, 30])
def test_the_hour_is_theirs_also_when_the_clocks_change(day, owner, clock):
    owner.user.time_zone = "Europe/Berlin"
    owner.user.save()
    wait_for(owner, at=datetime(2026, 3, day - 1, 12, tzinfo=UTC))
    due = datetime(2026, 3, day, 7 if day == 28 else 6, tzinfo=UTC)
    run_at(clock, due - timedelta(seconds=1))
    assert Mail.objects.count() == 0
    run_at(clock, due)
    assert Mail.objects.count() == 1


def test_who_moves_gets_it_at_the_hour_of_the_new_zone(owner, clock):
    wait_for(owner)
    owner.user.time_zone = "America/New_York"
    owner.user.save()
    run_at(clock, EIGHT)
    assert Mail.objects.count() == 0
    run_at(clock, EIGHT + timedelta(hours=4))
    assert Mail.objects.count() == 1


def test_another_hour_counts_for_what_waits_and_never_makes_two_a_day(owner, clock):
    wait_for(owner)
    choosing.choose(member_id=owner.pk, ways={}, digest="daily", hour=6, at=NOON)
    run_at(clock, EIGHT - timedelta(hours=2))
    assert Mail.objects.count() == 1
    choosing.choose(member_id=owner.pk, ways={}, digest="daily", hour=10, at=EIGHT)
    wait_for(owner, at=EIGHT)
    run_at(clock, EIGHT + timedelta(hours=12))
    assert Mail.objects.count() == 1
    run_at(clock, EIGHT + timedelta(hours=26))
    assert Mail.objects.count() == 2


def test_a_kind_that_is_wanted_no_more_is_not_in_it(owner, clock):
    wait_for(owner)
    wait_for(owner, kind=Kind.TASK_OVERDUE, data={"text": "Call", "due_on": "2026-06-14"})
    ways = {Kind.RENEWAL_NEAR: Way(True, ByMail.NEVER)}
    choosing.choose(member_id=owner.pk, ways=ways, digest="daily", hour=8, at=NOON)
    run_at(clock, EIGHT)
    assert "Renews" not in Mail.objects.get().text


def test_after_a_standstill_it_is_made_up_once(owner, clock):
    wait_for(owner)
    run_at(clock, EIGHT + timedelta(days=3, hours=5))
    wait_for(owner, at=clock.at)
    run_at(clock, EIGHT + timedelta(days=3, hours=6))
    assert Mail.objects.count() == 1


def test_switched_off_what_was_planned_is_not_sent(owner, clock):
    wait_for(owner)
    Preference.objects.create(member=owner, digest="off")
    run_at(clock, EIGHT)
    assert Mail.objects.count() == 0
    assert str(Preference.objects.get()) == str(owner.pk)


def test_whoever_left_gets_none(owner, clock):
    wait_for(owner)
    Member.objects.filter(pk=owner.pk).update(ended_at=NOON)
    run_at(clock, EIGHT)
    assert Mail.objects.count() == 0


def test_a_plan_that_was_lost_is_made_again_the_next_day(owner, clock):
    wait_for(owner)
    Effect.objects.all().delete()
    engine.fill_slots(at=EIGHT)
    run_at(clock, EIGHT)
    run_at(clock, EIGHT + timedelta(days=1))
    assert Mail.objects.count() == 1


class Killed(BaseException):
    """The worker's process dies here."""


@pytest.mark.parametrize("place", ["before", "after"])
def test_killed_while_it_is_written_it_comes_once(place, owner, clock, monkeypatch):
    notice = wait_for(owner)
    post = mails.post_digest

    def die(**told):
        if place == "after":
            post(**told)
        raise Killed

    monkeypatch.setattr(mails, "post_digest", die)
    with pytest.raises(Killed):
        run_at(clock, EIGHT)
    notice.refresh_from_db()
    assert (Mail.objects.count(), notice.mailed_at) == (0, None)
    monkeypatch.setattr(mails, "post_digest", post)
    run_at(clock, EIGHT + timedelta(minutes=1))
    run_at(clock, EIGHT + timedelta(minutes=2))
    assert Mail.objects.count() == 1


def test_a_long_one_says_how_many_more_there_are(owner, clock):
    for _ in range(mails.MOST_TOLD):
        make_notice(owner)
    for _ in range(4):
        make_notice(owner, account=make_account("Cedar"), kind=Kind.WORK_STUCK, data={"count": 1})
    digests.plan(member_ids=[owner.pk], at=NOON)
    run_at(clock, EIGHT)
    mail = Mail.objects.get()
    assert "and 4 more" in mail.text
    assert mail.text.count("Renews on") == mails.MOST_TOLD
    assert "Cedar" not in mail.text  # the least pressing are left to the page


def test_all_read_is_all_that_the_bell_counts(owner):
    for _ in range(2):
        make_notice(owner)
    hidden = make_notice(owner, kind=Kind.WORK_STUCK, data={"count": 1})
    member = Membership(owner.workspace_id, "", owner.pk, owner.role)
    assert reading.mark_all_read(member=member, at=NOON) == 2
    hidden.refresh_from_db()
    assert hidden.read_at is None
