"""The next step with a customer: a call, a mail, a dismissal; and why a line stands where it stands."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.urls import reverse

from accounts.actions import facts as fact_actions
from accounts.models import Account, Fact
from alerts.actions import care, dismissals, escalation
from alerts.models import Alert, Dismissal
from dashboard import callees, drafts, places
from dashboard.ranking import urgent_lines
from journeys.models import Touchpoint
from tests.builders import (
    NOON,
    TODAY,
    make_alert,
    make_contact,
    make_customer,
    make_member,
    make_user,
)
from tests.dashboard.conftest import signed_in
from tests.dashboard.test_today import names, text
from workspaces.capabilities import Role

DAY = timedelta(days=1)
TODAY_PAGE = reverse("dashboard:today")


def step(name, account):
    return reverse(f"dashboard:{name}", args=[account.pk])


# ------------------------------------------------------------------------------------------- why here
def test_each_line_says_why_it_stands_here_and_opens_its_factors(client, me):
    make_customer("Alder", score=40, days=23, alerts=1, arr_minor=9_000_000, owner=me)
    make_customer("Birch", score=60, days=60, arr_minor=1_000_000, owner=me)
    said = text(client.get(TODAY_PAGE))
    assert "Why here: high risk × large account × renewal near" in said
    assert "Why here: some risk × small account × renewal within 90 days" in said
    assert "0.70 A health of 40 leaves 60 of 100 at risk. 1 open alert takes a quarter of what is safe." in said
    assert "1.80 €90k a year, against €50k of a typical account." in said
    assert "0.80 23 days to go: the day itself counts in full, 90 days before it a half." in said
    assert "Urgency 1.00 The three multiplied." in said


@pytest.mark.parametrize(
    ("fields", "risk", "words", "why"),
    [
        ({"score": None, "days": None}, None, "risk unknown × ARR unknown × no renewal date", "counts as a half"),
        ({"score": 90, "days": -4}, None, "low risk × ARR unknown × renewal overdue", "leaves 10 of 100"),
        ({"score": 90, "days": 0}, 0.7, "high risk × ARR unknown × renewal near", "within 90 days is 70"),
        ({"score": 90, "days": 200}, None, "low risk × ARR unknown × renewal far off", "leaves 10 of 100"),
    ],
)
def test_what_is_not_known_is_said(workspace, fields, risk, words, why):
    account = make_customer(**fields)
    make_alert(account, is_held_out=True)
    if risk is not None:
        Account.objects.update(risk=risk, risk_days=90)
    Alert.objects.all().delete()
    make_alert(account)
    (line,) = urgent_lines(today=TODAY)
    line = line.__class__(**{**vars(line), "alerts": 0})
    days = fields["days"]
    assert places.in_words(places.grounds(line, days)) == words
    assert why in places.factors(places.grounds(line, days))[0].why
    assert places.factors(places.grounds(line, days))[1].figure == 1


def test_lines_offer_call_and_a_menu(client, me):
    account = make_customer("Alder", alerts=1, owner=me)
    alert = Alert.objects.get()
    page = client.get(TODAY_PAGE).content.decode()
    for address in (step("call", account), step("send", account), step("dismiss", account)):
        assert f'href="{address}?next=/&amp;alert={alert.pk}"' in page
    start = reverse("journeys:playbook_start", args=[account.pk])
    assert f'href="{start}?next=/&amp;alert={alert.pk}"' in page
    assert client.get(start, {"next": "/", "alert": alert.pk}).status_code == 200


def test_lines_say_whose_an_alert_is_and_where_it_went(client, me):
    make_member(Role.MANAGER, make_user(name="Kim Sato"))
    colleague = make_member(user=make_user(name="Ana Lopez"))
    account = make_customer("Alder", alerts=1, owner=me)
    care.assign_alert(alert=Alert.objects.get(), assignee=colleague, at=NOON - 9 * DAY, by=None)
    Alert.objects.update(opened_at=NOON - 9 * DAY)
    escalation.escalate(at=NOON)
    said = text(client.get(TODAY_PAGE))
    assert ("assigned to Ana Lopez" in said, "with Kim Sato" in said) == (True, True)
    assert names(signed_in(colleague).get(TODAY_PAGE)) == [account.name]


# ------------------------------------------------------------------------------------------- call
def test_a_call_begins_with_five_facts_and_the_right_person(client, me):
    account = make_customer("Alder", score=40, days=23, alerts=1, owner=me)
    make_contact(account, name="Ben User")
    boss = {"name": "Dana Boss", "role": "decision_maker", "email": "dana@alder.example"}
    make_contact(account, **boss, phone="+49 30 1234")
    page = client.get(step("call", account))
    assert len(page.context["brief"]) == 5
    assert page.context["person"].name == "Dana Boss"
    assert 'href="mailto:dana@alder.example"' in page.content.decode()
    assert 'href="tel:+49 30 1234"' in page.content.decode()
    assert "answered 1 of 5" in text(page)


def test_a_call_is_logged_and_the_alerts_acknowledged(client, me):
    account = make_customer(alerts=2, owner=me)
    contact = make_contact(account)
    told = {"contact": contact.pk, "reached": "spoke", "summary": "Agreed on a plan", "felt": "1", "acknowledge": "on"}
    there = client.post(step("call", account), {**told, "next": TODAY_PAGE})
    assert there.url == TODAY_PAGE
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.channel, touchpoint.direction, touchpoint.felt) == ("call", "two_way", 1)
    assert (touchpoint.contact, touchpoint.by) == (contact, me.user)
    assert Alert.objects.unacknowledged().count() == 0


def test_a_call_that_reached_nobody_counts_for_nothing(client, me):
    account = make_customer(alerts=1, owner=me)
    client.post(step("call", account), {"reached": "missed", "summary": "Voicemail", "felt": "2"})
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.outcome, touchpoint.direction, touchpoint.felt) == ("missed", "one_way", None)
    assert touchpoint.metric_key == ""
    assert Alert.objects.unacknowledged().count() == 1


def test_a_call_without_a_word_is_asked_again(client, me):
    account = make_customer(owner=me)
    page = client.post(step("call", account), {"reached": "spoke", "felt": "2", "next": "//evil.example"})
    assert (page.status_code, "This field is required." in text(page)) == (422, True)
    assert client.post(step("call", account), {"reached": "spoke", "summary": "x", "contact": "9"}).status_code == 422
    there = client.post(step("call", account), {"reached": "spoke", "summary": "x", "next": "//evil.example"})
    assert there.url == reverse("dashboard:account", args=[account.pk])


def test_nobody_to_call_says_so(client, me):
    assert "Nobody is known there." in text(client.get(step("call", make_customer(owner=me))))


def test_whoever_the_alert_is_about_comes_first(workspace):
    account = make_customer()
    boss, user = make_contact(account, role="decision_maker"), make_contact(account, influence="low")
    people = callees.present(account.pk)
    assert people == [boss, user]
    assert callees.right_person(people, []) == boss
    assert callees.right_person(people, [{"contact_id": user.pk}]) == user
    assert callees.right_person(people, [{"contact_id": 0}, {}]) == boss
    assert callees.right_person([], []) is None


# ------------------------------------------------------------------------------------------- send
def test_a_mail_is_prepared_for_ones_own_program_and_logged_as_sent(client, me):
    account = make_customer("Alder", alerts=1, owner=me)
    contact = make_contact(account, name="Dana Boss", email="dana+x@alder.example")
    page = client.get(step("send", account))
    link = urlsplit(re.search(r'href="(mailto:[^"]*)"', page.content.decode())[1].replace("&amp;", "&"))
    told = parse_qs(link.query)
    assert unquote(link.path) == contact.email
    assert told["subject"] == ["Your feedback to Acme Services"]
    assert told["body"][0].startswith("Dear Dana Boss,\r\n\r\nThank you for telling us")
    assert told["body"][0].endswith("Kind regards\r\nMei Chen\r\nAcme Services")
    client.post(step("send", account), {"contact": contact.pk, "summary": "Mail: Your feedback", "acknowledge": "on"})
    sent = Touchpoint.objects.get()
    assert (sent.channel, sent.direction, sent.contact) == ("email", "one_way", contact)
    assert Alert.objects.get().acknowledged_at is not None


def test_a_mail_to_another_person(client, me):
    account = make_customer(owner=me)
    make_contact(account, role="decision_maker")
    other, silent = make_contact(account, name="Olga"), make_contact(account, email="")
    page = client.get(step("send", account), {"to": other.pk})
    assert page.context["draft"].to == other.email
    assert client.get(step("send", account), {"to": silent.pk}).context["draft"].to != ""
    assert client.get(step("send", account), {"to": "x"}).status_code == 200


def test_no_address_is_said(client, me):
    account = make_customer(owner=me)
    make_contact(account, email="")
    assert "No address is known" in text(client.get(step("send", account)))


@pytest.mark.parametrize(
    ("drivers", "soon", "about"),
    [
        ([{"kind": "silence"}], True, drafts.SILENT),
        ([{"kind": "score_band"}, {"answer_id": 1}], False, drafts.ANSWERED),
        ([{"kind": "expectation_broken"}], False, drafts.PROMISE),
        ([{"kind": "champion_left"}], False, drafts.PEOPLE),
        ([{"kind": "seats_falling"}], False, drafts.USE),
        ([{"kind": "metric_rise"}], False, ""),  # whether more of it is good is not known
        ([{"kind": "score_drop"}], True, drafts.RENEWAL),
        ([], False, ""),
    ],
)
def test_a_draft_fits_the_occasion(workspace, drivers, soon, about):
    assert drafts.occasion(drivers, renews_soon=soon) == about
    draft = drafts.draft(about, make_contact(make_customer()), ours="Acme", sender="Mei")
    assert draft.subject
    assert "%(" not in draft.body


# ------------------------------------------------------------------------------------------- dismiss
def dismissed(client, account, **fields):
    told = {"reason": "Signed already", "until": (TODAY + 5 * DAY).isoformat(), "next": "/?who=mine", **fields}
    return client.post(step("dismiss", account), told, follow=True)


def test_a_line_is_dismissed_with_a_reason_and_undone(client, me):
    account = make_customer("Alder", alerts=1, owner=me)
    page = dismissed(client, account)
    assert names(page) == []
    assert ("off Today: Signed already" in text(page), "Undo" in text(page)) == (True, True)
    fact = Fact.objects.get(kind="work.dismissed")
    assert (fact.data["reason"], fact.data["until"], fact.by) == ("Signed already", "2026-06-20", me.user)
    undo = reverse("dashboard:dismissed_undo", args=[Dismissal.objects.get().pk])
    assert names(client.post(undo, {"next": TODAY_PAGE}, follow=True)) == ["Alder"]
    assert "is back already" in text(client.post(undo, {"next": TODAY_PAGE}, follow=True))
    assert Fact.objects.filter(kind="work.brought_back").count() == 1


def test_undo_is_offered_for_ten_minutes_and_the_list_later(client, me, time_machine):
    account = make_customer("Alder", alerts=1, owner=me)
    dismissed(client, account)
    address = f"{TODAY_PAGE}?dismissed={Dismissal.objects.get().pk}"
    assert "Undo" in text(client.get(address))
    time_machine.move_to(NOON + timedelta(minutes=11), tick=False)
    assert "Undo" not in text(client.get(address))
    listed = client.get(reverse("dashboard:dismissed_list"))
    assert ("Alder" in text(listed), "Signed already" in text(listed), "Bring back" in text(listed)) == (True,) * 3
    export = client.get(reverse("dashboard:dismissed_export")).getvalue().decode()
    assert "Signed already,2026-06-20" in export
    assert client.get(f"{TODAY_PAGE}?dismissed=x").status_code == 200


def test_a_dismissed_line_comes_back_on_its_day(client, me, time_machine):
    account = make_customer("Alder", alerts=1, owner=me)
    dismissed(client, account)
    assert names(client.get(TODAY_PAGE)) == []
    time_machine.move_to(NOON + 5 * DAY, tick=False)
    assert names(client.get(TODAY_PAGE)) == ["Alder"]
    assert "Nothing is dismissed" in text(client.get(reverse("dashboard:dismissed_list")))


@pytest.mark.parametrize(("kind", "is_news"), [("alert.opened", True), ("ticket.opened", True), ("goal.read", False)])
def test_a_dismissed_line_comes_back_when_something_new_happens(client, me, kind, is_news):
    account = make_customer("Alder", alerts=1, owner=me)
    dismissals.dismiss(account=account, until=TODAY + 5 * DAY, reason="Away", at=NOON - DAY, by=None)
    fact_actions.record_facts(facts=[fact_actions.NewFact(account.pk, kind, NOON)], at=NOON, is_history=True)
    assert names(client.get(TODAY_PAGE)) == (["Alder"] if is_news else [])


def test_a_dismissal_says_what_is_wrong(client, me):
    account = make_customer(alerts=1, owner=me)
    for wrong in ({"reason": " "}, {"until": TODAY.isoformat()}, {"until": "2031-01-01"}, {"until": "soon"}):
        assert dismissed(client, account, **wrong).status_code == 422
    for until, reason, error in ((TODAY, "x", care.NotInFuture), (TODAY + DAY, " ", care.ReasonMissing)):
        with pytest.raises(error):
            dismissals.dismiss(account=account, until=until, reason=reason, at=NOON, by=None)


def test_a_second_dismissal_replaces_the_first(client, me):
    account = make_customer(alerts=1, owner=me)
    dismissed(client, account)
    dismissed(client, account, until=(TODAY + 9 * DAY).isoformat())
    assert [row.until for row in Dismissal.objects.filter(ended_at=None)] == [TODAY + 9 * DAY]


def test_viewers_take_no_step(workspace):
    account, client = make_customer(), signed_in(make_member(Role.VIEWER))
    assert [client.get(step(name, account)).status_code for name in ("call", "send", "dismiss")] == [403] * 3
    assert client.get(reverse("dashboard:dismissed_list")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_dismissed_costs_the_same_for_any_number(client, me, django_assert_num_queries, count):
    for _ in range(count):
        dismissals.dismiss(account=make_customer(), until=TODAY + DAY, reason="x", at=NOON, by=me.user)
    address = reverse("dashboard:dismissed_list")
    client.get(address)
    with django_assert_num_queries(10):
        assert client.get(address).content.decode().count("data-row-link") == count
