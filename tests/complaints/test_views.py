import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact
from complaints.actions import case as case_actions
from complaints.models import Complaint, ComplaintRule, ComplaintStep, FollowUp, Peer
from complaints.queries import setting
from journeys.actions import tasks
from outbox.models import Mail
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_complaint,
    make_complaint_rule,
    make_contact,
    make_follow_up,
    make_peer,
    make_step,
    make_ticket,
    make_touchpoint,
)
from tests.complaints.conftest import signed_in
from workspaces.capabilities import Role

DAY = timedelta(days=1)


def text_of(response):
    page = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(page.replace("&nbsp;", " ").split())


def close(complaint, at=NOON):
    said = {"outcome": "solved", "note": "Done", "is_good_now": "good", "at": at, "by": None}
    return case_actions.close_complaint(complaint=complaint, **said)


# ------------------------------------------------------------------------------------------------ marking
@pytest.mark.parametrize("source", ["answer", "ticket", "touchpoint"])
def test_an_answer_a_ticket_or_a_touchpoint_is_marked_by_hand(csm, source):
    account = make_account("Cedar", owner=csm.member)
    contact = make_contact(account, name="Ana Ruiz")
    made = {
        "answer": lambda: make_answer(1, contact, comment="So slow"),
        "ticket": lambda: make_ticket(account, subject="So slow", contact=contact),
        "touchpoint": lambda: make_touchpoint(account, summary="So slow", contact=contact),
    }[source]()
    address = f"/complaints/new/?source={source}&id={made.pk}"
    panel = csm.get(
        f"/accounts/{account.pk}/{source}s/" if source != "answer" else f"/accounts/{account.pk}/panels/answers/"
    )
    assert panel.status_code in {200, 404}
    form = csm.get(address).context["form"]
    assert (form.initial["text"], form.initial["contact"], form.initial["owner"]) == ("So slow", contact, csm.member)
    sent = {"text": "So slow", "contact": contact.pk, "owner": csm.member.pk, "promised_at": "2026-06-17T15:00"}
    one_url = csm.post(address, sent)["Location"]
    one = Complaint.objects.get()
    assert one_url == f"/complaints/{one.pk}/"
    assert (one.source, one.source_id, one.opened_by, one.owner) == (source, made.pk, csm.member.user, csm.member)
    again = csm.post(address, sent, follow=True)
    assert again.redirect_chain[-1][0] == one_url
    assert "This is a complaint already" in text_of(again)
    assert Complaint.objects.count() == 1


def test_one_is_written_down_for_an_account(csm):
    account = make_account("Cedar")
    address = f"/complaints/new/?account={account.pk}"
    csm.post(address, {"text": "Too dear", "promised_at": "2026-06-17T15:00"})
    one = Complaint.objects.get()
    assert (one.source, one.source_id, one.owner) == ("hand", None, csm.member)
    assert csm.get("/complaints/new/")["Location"] == "/accounts/"


@pytest.mark.parametrize(
    "query",
    ["account=0", "account=x", "source=answer&id=0", "source=answer", "source=x&id=1", f"source=ticket&id={10**30}"],
)
def test_what_is_not_there_cannot_be_marked(csm, query):
    assert csm.get(f"/complaints/new/?{query}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"text": ""}, "text", "This field is required."),
        ({"text": "a" * 10_001}, "text", "at most 10000 characters"),
        ({"text": "a\x00b"}, "text", "Null characters are not allowed."),
        ({"promised_at": "2026-06-15T11:00"}, "promised_at", "This time has passed."),
        ({"promised_at": "2300-06-15T11:00"}, "promised_at", "too far away"),
        ({"promised_at": "soon"}, "promised_at", "Enter a valid date/time."),
        ({"contact": "0"}, "contact", "Select a valid choice."),
        ({"owner": "x"}, "owner", "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(csm, changes, field, error):
    account = make_account()
    sent = {"text": "Slow", "promised_at": "2026-06-17T15:00", **changes}
    response = csm.post(f"/complaints/new/?account={account.pk}", sent)
    assert response.status_code == 422
    assert error in response.context["form"].errors[field][0]
    assert Complaint.objects.count() == 0


# -------------------------------------------------------------------------------------------- the case itself
def test_a_case_from_first_word_to_last(csm, mail_dir):
    account = make_account("Cedar", owner=csm.member)
    contact = make_contact(account, name="Ana Ruiz", email="ana@cedar.example")
    one = make_complaint(account, "<b>Slow</b> & rude", contact=contact)
    page = csm.get(f"/complaints/{one.pk}/")
    assert "&lt;b&gt;Slow&lt;/b&gt; &amp; rude" in page.content.decode()
    assert "Tell them that you have heard it" in text_of(page)
    key = page.context["form"].initial["key"]
    step = {"kind": "mailed", "text": "We heard you", "contact": "", "promised_at": "2026-06-18T10:00", "key": key}
    for _ in range(2):  # a second click
        csm.post(f"/complaints/{one.pk}/steps/", step)
    assert (Mail.objects.count(), ComplaintStep.objects.count()) == (1, 1)
    page = text_of(csm.get(f"/complaints/{one.pk}/"))
    assert "Told by mail: Ana Ruiz We heard you Promised for 18 Jun 2026, 10:00" in page
    assert "mail on its way" in page
    changes = {"text": "Slow and rude", "contact": contact.pk, "owner": "", "promised_at": "2026-06-18T10:00"}
    csm.post(f"/complaints/{one.pk}/edit/", changes)
    one.refresh_from_db()
    assert (one.text, one.owner) == ("Slow and rude", None)
    assert csm.post(f"/complaints/{one.pk}/close/", {"outcome": "solved"}).status_code == 422
    end = {"outcome": "solved", "is_good_now": "good", "note": "New agent"}
    csm.post(f"/complaints/{one.pk}/close/", end)
    page = text_of(csm.get(f"/complaints/{one.pk}/"))
    assert "Solved. New agent" in page
    assert "They say it is good now" in page
    again = csm.post(f"/complaints/{one.pk}/close/", end, follow=True)
    assert "Somebody closed this complaint before" in text_of(again)
    late = csm.post(f"/complaints/{one.pk}/steps/", {"kind": "told", "text": "And thanks"}, follow=True)
    assert "Written down." in text_of(late)
    csm.post(f"/complaints/{one.pk}/reopen/")
    assert "This complaint is open." in text_of(csm.post(f"/complaints/{one.pk}/reopen/", follow=True))


def test_a_time_that_has_passed_may_stay_as_it_was(csm, noon):
    one = make_complaint()
    noon.move_to(NOON + 4 * DAY)
    form = {"text": "Still slow", "promised_at": "2026-06-17T12:00"}
    assert csm.post(f"/complaints/{one.pk}/edit/", form).status_code == 302
    assert csm.post(f"/complaints/{one.pk}/edit/", form | {"promised_at": "2026-06-17T13:00"}).status_code == 422
    page = text_of(csm.get(f"/complaints/{one.pk}/"))
    assert "Overdue" in page
    assert "The promised time has passed" in page


def test_a_step_that_cannot_be_made_says_why_and_keeps_what_was_typed(csm, monkeypatch):
    one = make_complaint()
    response = csm.post(f"/complaints/{one.pk}/steps/", {"kind": "mailed", "text": "Hello & goodbye"})
    assert response.status_code == 422
    assert "Choose somebody who has an e-mail address." in text_of(response)
    assert "Hello &amp; goodbye" in response.content.decode()
    contact = make_contact(one.account)
    monkeypatch.setattr("outbox.queries.suppressed", lambda addresses: dict.fromkeys(addresses, "bounced"))
    response = csm.post(f"/complaints/{one.pk}/steps/", {"kind": "mailed", "text": "Hello", "contact": contact.pk})
    assert response.status_code == 422
    assert "Mail to this address comes back" in text_of(response)
    past = csm.post(f"/complaints/{one.pk}/steps/", {"kind": "told", "text": "x", "promised_at": "2026-06-01T10:00"})
    assert past.context["form"].errors["promised_at"]

    def closed(**_):
        raise case_actions.ComplaintClosed

    monkeypatch.setattr("complaints.actions.case.change_complaint", closed)
    later = {"kind": "told", "text": "x", "promised_at": "2026-06-20T10:00"}
    assert "nothing new was promised" in text_of(csm.post(f"/complaints/{one.pk}/steps/", later, follow=True))
    assert ComplaintStep.objects.count() == 0


def test_of_two_who_mark_at_once_one_is_shown_the_others(csm, monkeypatch):
    ticket = make_ticket(make_account())
    one = make_complaint(ticket.account, source="ticket", source_id=ticket.pk)
    monkeypatch.setattr("complaints.queries.case.of_source", lambda source, pk: None)

    def lost(**_):
        raise case_actions.AlreadyComplaint(one)

    monkeypatch.setattr(case_actions, "open_complaint", lost)
    sent = {"text": "x", "promised_at": "2026-06-17T15:00"}
    assert csm.post(f"/complaints/new/?source=ticket&id={ticket.pk}", sent)["Location"] == f"/complaints/{one.pk}/"


# -------------------------------------------------------------------------------------------------- lists
def test_the_list_shows_ones_own_open_ones_first_and_narrows(csm, noon):
    mine = make_complaint(make_account("Alder", owner=csm.member), "Mine")
    late = make_complaint(make_account("Birch"), "Late", promised_at=NOON + DAY)
    closed = close(make_complaint(make_account("Cypress"), "Closed"))
    noon.move_to(NOON + 1.5 * DAY)

    def shown(query=""):
        return [line["complaint"] for line in csm.get(f"/complaints/{query}").context["lines"]]

    assert shown() == [mine]
    assert shown("?who=all") == [late, mine]
    assert shown("?who=all&show=overdue") == [late]
    assert shown("?who=all&show=closed") == [closed]
    assert shown("?who=all&show=all") == [closed, late, mine]
    assert shown("?who=all&show=all&source=answer") == []
    assert shown(f"?account={late.account_id}") == [late]
    assert shown(f"?who={csm.member.pk}") == [mine]
    assert shown("?who=nobody&show=x&source=y&later=z&account=-1&after=%F0") == [mine]
    assert "No complaint is like this" in text_of(csm.get("/complaints/?source=answer"))
    assert "None was closed yet" in text_of(csm.get("/complaints/?show=closed"))


def test_the_list_of_those_who_came_round(csm, noon):
    contact = make_contact(make_account())
    one = close(make_complaint(contact.account, contact=contact))
    make_answer(9, contact, metric="nps", answered_at=NOON + DAY)
    noon.move_to(NOON + 2 * DAY)
    for later in ("answered", "promoter"):
        lines = csm.get(f"/complaints/?who=all&show=all&later={later}").context["lines"]
        assert [line["complaint"] for line in lines] == [one]
    assert "1 of 1 who were asked later recommend us" in text_of(csm.get("/complaints/"))
    page = text_of(csm.get("/complaints/figures/"))
    assert "1 with 9 or 10: 100 % (95 % interval 21 % to 100 %)" in page
    assert "An assumption: nobody has been asked yet" in page


@pytest.mark.parametrize(
    "address",
    [
        "/complaints/?who=all",
        "/complaints/?who=all&show=all",
        "/complaints/follow-ups/?who=all",
        "/complaints/figures/",
    ],
)
def test_a_list_takes_the_same_queries_at_any_size(csm, address):
    counts = []
    for rows in (1, 3):
        for _ in range(rows):
            make_step(make_complaint(owner=csm.member), kind="told")
            make_follow_up()
        with CaptureQueriesContext(connection) as captured:
            assert csm.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_case_takes_the_same_queries_at_any_size(csm):
    one, counts = make_complaint(), []
    for rows in (1, 3):
        for _ in range(rows):
            make_step(one, kind="told")
            make_peer(one)
        for address in (f"/complaints/{one.pk}/", f"/complaints/{one.pk}/others/"):
            with CaptureQueriesContext(connection) as captured:
                assert csm.get(address).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_a_viewer_reads_and_does_not_write(workspace, noon):
    viewer, one = signed_in(Role.VIEWER), make_complaint()
    other = make_account()
    make_ticket(other, opened_at=NOON)
    follow_up = make_follow_up()
    assert "Next step" not in text_of(viewer.get(f"/complaints/{one.pk}/"))
    assert other.name in text_of(viewer.get(f"/complaints/{one.pk}/others/?same=none"))
    assert "How did it go?" not in text_of(viewer.get(f"/complaints/follow-ups/{follow_up.pk}/"))
    viewer.post(f"/complaints/{one.pk}/others/", {"accounts": [other.pk], "way": "tasks"})
    viewer.post(f"/complaints/follow-ups/{follow_up.pk}/", {"outcome": "settled"})
    assert (Peer.objects.count(), FollowUp.objects.exclude(outcome="").count()) == (0, 0)


# ---------------------------------------------------------------------------------------------- follow-ups
def test_a_bad_answer_is_followed_up_in_the_browser(csm):
    contact = make_contact(make_account("Cedar", owner=csm.member), name="Ana Ruiz")
    one = make_follow_up(make_answer(1, contact, comment="Too slow", answered_at=NOON - DAY))
    page = text_of(csm.get("/complaints/follow-ups/"))
    assert "Ana Ruiz: CSAT 1 of 5" in page
    assert "“Too slow”" in page
    address = f"/complaints/follow-ups/{one.pk}/"
    assert csm.post(address, {"said": "x"}).status_code == 422
    csm.post(address, {"outcome": "settled", "said": "Listened", "spoke_with": contact.pk})
    page = text_of(csm.get(address))
    assert "Settled in the conversation Listened Mei Chen" in page
    assert "with Ana Ruiz" in page
    assert "Somebody wrote down before how it went" in text_of(csm.post(address, {"outcome": "promised"}, follow=True))
    done = text_of(csm.get("/complaints/follow-ups/?show=done&days=30"))
    assert "In time Settled in the conversation" in done
    assert "1 of 1 due" in done
    for query in ("show=overdue", "show=dropped", "who=all", f"who={csm.member.pk}", "days=7&show=x&who=y"):
        assert csm.get(f"/complaints/follow-ups/?{query}").status_code == 200
    told = "Mei Chen spoke with them: Settled in the conversation"
    assert told in text_of(csm.get("/surveys/?days=30"))
    assert told in text_of(csm.get(f"/accounts/{contact.account_id}/?show=all"))


def test_figures_of_follow_ups_open_those_of_the_chosen_days(csm):
    shown = [make_follow_up(make_answer(1, answered_at=NOON - days * DAY)) for days in (1, 20, 40)]
    tasks.drop_task(task=shown[0].task, reason="Left", at=NOON, by=None)
    page = csm.get("/complaints/follow-ups/?who=all&days=30")
    assert page.content.decode().count('<a href="?who=all&amp;days=30&amp;show=all">') == 2  # how many, and in time
    lines = csm.get("/complaints/follow-ups/?who=all&days=30&show=all").context["lines"]
    assert [line["follow_up"] for line in lines] == shown[:2]


# -------------------------------------------------------------------------------------------- silent others
def test_the_figure_of_silent_others_opens_the_complaints_it_was_learned_from(csm):
    make_complaint()
    one = make_complaint()
    make_peer(one, reply="me_too", replied_at=NOON)
    assert "?who=all&amp;show=all&amp;later=others" in csm.get("/complaints/figures/").content.decode()
    lines = csm.get("/complaints/?who=all&show=all&later=others").context["lines"]
    assert [line["complaint"] for line in lines] == [one]


def test_look_alikes_are_asked_and_what_they_say_is_kept(csm, manager):
    one, alder, birch = make_complaint(), make_account("Alder"), make_account("Birch")
    for account in (alder, birch):
        make_ticket(account, opened_at=NOON)
    address = f"/complaints/{one.pk}/others/?same=week"
    assert [account.name for account in csm.get(address).context["offered"]] == ["Alder", "Birch"]
    assert csm.post(address, {"way": "tasks"}).status_code == 422
    assert csm.post(address, {"accounts": [alder.pk], "way": "wave", "roles": []}).status_code == 422
    csm.post(address, {"accounts": [alder.pk], "way": "tasks"})
    csm.post(address, {"accounts": [birch.pk], "way": "wave", "roles": [Contact.Role.CHAMPION]})
    asked = Peer.objects.get(account=alder)
    assert csm.post(f"/complaints/others/{asked.pk}/", {"reply": "x"}).status_code == 302
    csm.post(f"/complaints/others/{asked.pk}/", {"reply": "me_too"})
    page = text_of(csm.get(address))
    assert "Alder by a task" in page
    assert "Birch by the survey" in page
    assert "2 customers like this one were asked, 1 replied, 1 have the same trouble" in text_of(
        csm.get(f"/complaints/{one.pk}/")
    )


def test_what_cannot_be_asked_any_more_is_said(csm, monkeypatch):
    from complaints.actions import peer
    from surveys.actions import waves

    one, other = make_complaint(), make_account()
    make_ticket(other, opened_at=NOON)
    sent = {"accounts": [other.pk], "way": "wave", "roles": ["champion"]}
    for error, words in ((peer.NobodyChosen, "asked before"), (waves.NotInWaves, "No survey goes out in waves")):

        def fails(error=error, **_):
            raise error

        monkeypatch.setattr(peer, "ask_by_wave", fails)
        response = csm.post(f"/complaints/{one.pk}/others/?same=week", sent, follow=True)
        assert words in text_of(response)


# ------------------------------------------------------------------------------------------------ settings
def test_times_and_rules_are_set(manager):
    form = {
        "promise_hours": 8, "follow_up_hours": 4, "opens_at": 8, "closes_at": 18, "silent_prior": 20, "prior_weight": 3,
    }  # fmt: skip
    assert manager.post("/settings/complaints/", form)["Location"] == "/settings/complaints/"
    assert setting.settings().promise_hours == 8
    wrong = manager.post("/settings/complaints/", form | {"closes_at": 8, "promise_hours": 0})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors["closes_at"] == ["Work has to end after it begins."]
    rule = {
        "name": "Fires",
        "source": "ticket",
        "priorities": ["urgent"],
        "words": " fire \n\nfire\nsmoke  alarm",
        "is_on": "on",
    }
    manager.post("/settings/complaints/rules/new/", rule)
    one = ComplaintRule.objects.get(name="Fires")
    assert (one.words, one.priorities, one.is_bad_only) == (["fire", "smoke alarm"], ["urgent"], False)
    assert "A ticket of priority Urgent that says “fire” or “smoke alarm”" in text_of(
        manager.get("/settings/complaints/")
    )
    manager.post(f"/settings/complaints/rules/{one.pk}/", rule | {"is_on": "", "words": ""})
    one.refresh_from_db()
    assert (one.is_on, one.words) == (False, [])
    manager.post(f"/settings/complaints/rules/{one.pk}/remove/")
    assert not ComplaintRule.objects.filter(name="Fires").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "touchpoint"}, "words"),
        ({"source": "x"}, "source"),
        ({"name": ""}, "name"),
        ({"words": "a\n" * 60}, None),
        ({"words": "\n".join(map(str, range(51)))}, "words"),
        ({"words": "a" * 81}, "words"),
        ({"priorities": ["x"]}, "priorities"),
    ],
)
def test_a_rule_that_is_none_is_refused(manager, changes, field):
    sent = {"name": "Fires", "source": "ticket", "priorities": ["urgent"], **changes}
    response = manager.post("/settings/complaints/rules/new/", sent)
    assert response.status_code == (422 if field else 302)
    if field:
        assert list(response.context["form"].errors) == [field]


def test_a_rule_shows_what_it_is_and_an_empty_list_says_so(manager):
    rule = make_complaint_rule(source="touchpoint", felt_at_most=-1, words=["rude", "late"])
    initial = manager.get(f"/settings/complaints/rules/{rule.pk}/").context["form"].initial
    assert (initial["words"], initial["felt_at_most"]) == ("rude\nlate", -1)
    assert (
        manager.get(f"/settings/complaints/rules/{make_complaint_rule().pk}/").context["form"].initial["felt_at_most"]
        == ""
    )
    ComplaintRule.objects.all().delete()
    assert "No rule is set" in text_of(manager.get("/settings/complaints/"))


# ------------------------------------------------------------------------------------------- other rooms
def test_today_and_the_account_show_what_waits(csm):
    one = make_complaint(make_account("Cedar", owner=csm.member))
    make_complaint(make_account("Birch"))
    page = text_of(csm.get("/waiting/?who=mine"))
    assert "Tell them that you have heard it Cedar" in page
    assert "Birch" not in page
    account = text_of(csm.get(f"/accounts/{one.account_id}/?show=all"))
    assert "Nobody called back" in account


def test_answers_on_the_account_can_be_marked_or_lead_to_their_complaint(csm):
    account = make_account()
    ticket, answer = make_ticket(account), make_answer(1, make_contact(account))
    one = make_complaint(account, source="ticket", source_id=ticket.pk)
    page = csm.get(f"/accounts/{account.pk}/?show=all").content.decode()
    assert f"/complaints/new/?source=answer&amp;id={answer.pk}" in page
    assert f"/complaints/new/?source=ticket&amp;id={ticket.pk}" not in page
    assert f'href="/complaints/{one.pk}/">is a complaint' in page
