"""The relationship survey to many: chosen, looked at, sent once."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import contacts as contact_actions
from accounts.models import Account, Fact
from outbox.models import Effect
from segments.actions import members
from segments.actions import segments as segment_actions
from surveys import queries
from surveys.actions import surveys as survey_actions
from surveys.actions import waves
from surveys.actions.settings import update_settings
from surveys.models import Invitation, Refusal, Survey, Wave
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_contact,
    make_member,
    make_segment,
    make_survey_invitation,
)
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

pytestmark = pytest.mark.usefixtures("noon")
DAY = timedelta(days=1)
URL = "/surveys/waves/new/"


@pytest.fixture
def csm(workspace):
    return make_member(Role.CSM)


@pytest.fixture
def client(csm):
    client = Client()
    client.force_login(csm.user)
    return client


@pytest.fixture
def globex(workspace):
    """A decision maker, a champion who opted out, an end user and one who left."""
    account = make_account("Globex")
    make_contact(account, name="Hank", email="hank@globex.example", role="decision_maker")
    champion = make_contact(account, name="Marge", role="champion")
    contact_actions.set_opted_out(contact=champion, is_out=True, at=NOON, by=None)
    make_contact(account, name="Homer", role="end_user")
    contact_actions.set_left(
        contact=make_contact(account, name="Frank", role="champion"), has_left=True, at=NOON, by=None
    )
    return account


def wave_of(*accounts, roles=("decision_maker", "champion"), at=NOON):
    return waves.start_wave(name="Spring", account_ids=[a.pk for a in accounts], roles=roles, at=at, by=None)


def asked() -> list[str]:
    return list(Invitation.objects.order_by("contact__name").values_list("contact__name", flat=True))


# ------------------------------------------------------------------ sending


def test_a_wave_asks_the_chosen_roles_and_says_who_is_not_asked(globex, run, mails):
    wave = wave_of(globex)
    assert asked() == []
    run()
    assert asked() == ["Hank"]
    assert [(refusal.contact.name, refusal.reason) for refusal in Refusal.objects.all()] == [("Marge", "opted_out")]
    assert [mail["To"] for mail in mails()] == ["hank@globex.example"]
    wave.refresh_from_db()
    assert wave.handled_at == NOON
    progress = queries.wave_progress(wave, NOON)
    assert (progress.planned, progress.sent, progress.answered, progress.waiting, progress.due) == (1, 1, 0, 0, 0)
    assert (progress.refused, progress.not_asked) == ({"opted_out": 1}, 1)
    assert Fact.objects.get(kind="survey.refused").data["contact_name"] == "Marge"
    assert AuditEvent.objects.get(kind="wave.started").detail == {"accounts": 1}


def test_handling_a_wave_twice_asks_once(globex, run, mails):
    wave = wave_of(globex)
    run()
    waves.send_wave(wave=wave, at=NOON + DAY)
    run(NOON + DAY)
    assert (len(mails()), Refusal.objects.count()) == (1, 1)


def test_a_second_wave_meets_the_quiet_periods(globex, run):
    update_settings(changes={"quiet_days": 7, "nps_quiet_days": 90}, at=NOON, by=None)
    seen = []
    for days in (0, 6, 7, 89, 90):
        wave_of(globex, roles=["decision_maker"], at=NOON + days * DAY)
        run(NOON + days * DAY)
        seen += Refusal.objects.order_by("-pk").values_list("reason", flat=True)[: Refusal.objects.count() - len(seen)]
    assert (Invitation.objects.count(), seen) == (2, ["quiet", "nps_quiet", "nps_quiet"])


def test_a_question_about_a_ticket_counts_for_the_quiet_period_only(globex, run):
    hank = globex.contacts.get(name="Hank")
    make_survey_invitation(hank, send_at=NOON - 8 * DAY, sent_at=NOON - 8 * DAY)
    wave_of(globex)
    run()
    assert Invitation.objects.filter(metric="nps").count() == 1


def test_a_wave_needs_accounts_of_this_workspace_and_roles(globex):
    for account_ids, roles in ([[], ["champion"]], [[10**9], ["champion"]], [[globex.pk], []]):
        with pytest.raises(waves.NobodyChosen):
            waves.start_wave(name="x", account_ids=account_ids, roles=roles, at=NOON, by=None)
    assert not Wave.objects.exists()


# ------------------------------------------------------------------ the page


def checked(html: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"[^>]*checked', html)


def test_wave_new_lists_present_customers_ticked(client, globex):
    make_account("Prospect", stage="awareness")
    make_account("Gone", stage="churn")
    html = client.get(URL).content.decode()
    assert "Globex" in html
    assert "Prospect" not in html
    assert "Gone" not in html
    assert checked(html, "accounts") == [str(globex.pk)]
    assert checked(html, "roles") == ["decision_maker", "champion"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"stage": "any"}, ["Globex", "Initech", "Prospect"]),
        ({"stage": "loyalty"}, ["Initech"]),
        ({"stage": "nonsense"}, ["Globex", "Initech"]),
        ({"q": "glob"}, ["Globex"]),
        ({"owner": "mine"}, ["Initech"]),
        ({"owner": "x"}, ["Globex", "Initech"]),
        ({"q": "zzz"}, []),
    ],
)
def test_wave_new_filters(client, csm, globex, query, names):
    make_account("Initech", stage="loyalty", owner=csm)
    make_account("Prospect", stage="awareness")
    query = {key: str(csm.pk) if value == "mine" else value for key, value in query.items()}
    html = client.get(URL, query).content.decode()
    assert re.findall(r'name="accounts"[^>]*><span>([^<]+)</span>', html) == names
    assert ("No account fits" in html) is (names == [])


def test_wave_new_says_when_not_all_are_listed(client, globex, monkeypatch):
    from surveys.views import waves as views

    make_account("Initech")
    monkeypatch.setattr(views, "LISTED", 1)
    assert "The first 1 of 2 are listed." in client.get(URL).content.decode()


def test_the_preview_shows_who_is_asked_and_sends_nothing(client, globex, run, mails):
    data = {"name": "Spring", "accounts": [globex.pk], "roles": ["decision_maker", "champion"], "preview": "1"}
    html = client.post(URL, data).content.decode()
    assert "1 of 2 people will be asked" in html
    assert "Not asked: Opted out" in html
    assert "Send to 1 person" in html
    assert "Homer" not in html
    run()
    assert (Wave.objects.count(), Effect.objects.filter(kind="surveys.send_wave").count(), mails()) == (0, 0, [])


def test_a_preview_of_nobody_offers_no_button(client, workspace):
    account = make_account("Empty")
    html = client.post(
        URL, {"name": "x", "accounts": [account.pk], "roles": ["champion"], "preview": "1"}
    ).content.decode()
    assert "The chosen accounts have nobody in these roles." in html
    assert 'name="send"' not in html


def test_sending_from_the_page(client, csm, globex, run, mails):
    data = {"name": "Spring", "accounts": [globex.pk], "roles": ["decision_maker"], "send": "1"}
    response = client.post(URL, data)
    wave = Wave.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/surveys/waves/{wave.pk}/")
    assert (wave.by, wave.roles, wave.account_ids) == (csm.user, ["decision_maker"], [globex.pk])
    run()
    assert len(mails()) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"roles": []}, "Choose at least one role."),
        ({"accounts": []}, "Choose at least one account."),
        ({"accounts": ["999999"]}, "The list of accounts has changed."),
        ({"accounts": ["x"]}, "The list of accounts has changed."),
    ],
)
def test_a_wave_form_with_a_mistake_says_so_and_keeps_the_rest(client, globex, change, message):
    data = {"name": "Spring", "accounts": [globex.pk], "roles": ["end_user"], "send": "1"} | change
    response = client.post(URL, data)
    html = response.content.decode()
    assert response.status_code == 422
    assert message in html
    assert not Wave.objects.exists()
    if "roles" not in change:
        assert checked(html, "roles") == ["end_user"]


def test_a_viewer_sends_no_wave(workspace):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    assert client.get(URL).status_code == client.post(URL).status_code == 403


def test_the_wave_page_shows_progress_until_it_is_done(client, globex, run):
    wave = wave_of(globex)
    url = reverse("surveys:wave", args=[wave.pk])
    assert "Looking through the people to ask." in client.get(url).content.decode()
    waves.send_wave(wave=wave, at=NOON)
    html = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Mails are going out." in html
    assert 'hx-trigger="every 2s"' in html
    assert "<html" not in html
    run()
    make_answer(9, metric="nps", invitation=Invitation.objects.get())
    html = client.get(url).content.decode()
    assert "every 2s" not in html
    assert "Opted out: 1" in html
    assert "Marge" in html
    assert "Hank" in html
    assert re.search(r'data-label="Answer">9<', html)


def test_the_wave_page_does_not_watch_mails_that_wait_for_the_morning(client, globex, noon, run):
    Survey.objects.update(keeps_hours=True)
    Account.objects.filter(pk=globex.pk).update(stage="use")
    noon.move_to(NOON + 8 * timedelta(hours=1))
    wave = wave_of(globex, at=NOON + 8 * timedelta(hours=1))
    run(NOON + 8 * timedelta(hours=1))
    html = client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()
    assert "1 mail waits for its time" in html
    assert "Mails are going out." not in html
    assert "every 2s" not in html


def test_the_wave_page_says_whom_it_is_for(client, globex, run):
    survey = Survey.objects.get(kind="nps")
    said = {"trigger": "recurring", "days": 90, "roles": []}
    survey_actions.change_survey(survey=survey, said=said, at=NOON, by=None)
    (recurring,) = waves.start_due_waves(at=NOON)
    for wave, told in (
        (recurring, "everybody the survey is for · all roles · started"),
        (wave_of(globex), "1 account · Champion, Decision maker · started"),
    ):
        assert told in client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()


def test_the_wave_page_of_nobody(client, workspace, run):
    wave = wave_of(make_account())
    run()
    assert "Nobody could be asked." in client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()
    assert client.get(reverse("surveys:wave", args=[10**9])).status_code == 404


# ------------------------------------------------------------------ segments
@pytest.fixture
def in_use(globex, run):
    """A segment of the accounts in Use, Globex among them."""
    make_contact(make_account("Initech", stage="churn"), role="decision_maker")
    make_contact(make_account("Umbrella"), name="Alice", role="decision_maker")
    segment = make_segment("In use", raw={"all": [{"field": "stage", "op": "any_of", "value": ["use"]}]})
    members.refresh(segment_id=segment.pk, at=NOON)
    return segment


def test_wave_new_offers_the_accounts_of_a_segment(client, in_use):
    make_account("Hooli", stage="loyalty")
    page = client.get(URL, {"segment": in_use.pk})
    assert (
        re.findall(r"</?(?:input)[^>]*name=\"accounts\"", page.content.decode())
        == ['<input type="checkbox" name="accounts"'] * 2
    )
    assert "In use" in page.content.decode()
    assert "Hooli" in client.get(URL).content.decode()


@pytest.mark.parametrize("end", [segment_actions.archive, segment_actions.delete])
def test_a_segment_that_is_gone_holds_nobody_rather_than_everybody(client, in_use, run, monkeypatch, end):
    address, chosen = f"{URL}?segment={in_use.pk}", {"name": "Spring", "roles": ["decision_maker"], "send": "1"}
    begun = client.post(
        address, {**chosen, "accounts": [account.pk for account in Account.objects.filter(stage="use")]}
    )
    end(segment=in_use, at=NOON, by=None)
    run()
    assert asked() == ["Alice", "Hank"]  # what was sent has its accounts
    assert client.get(begun["Location"]).status_code == 200

    assert "so it holds nobody" in client.get(address).content.decode()
    for too_long in (False, True):
        monkeypatch.setattr("surveys.views.waves.LISTED", 1 if too_long else 200)
        accounts = [] if too_long else [Account.objects.filter(stage="use").first().pk]
        assert client.post(address, {**chosen, "accounts": accounts}).status_code == 422
    assert Wave.objects.count() == 1


def test_a_segment_too_long_to_list_is_asked_as_a_whole(client, in_use, run, monkeypatch):
    monkeypatch.setattr("surveys.views.waves.LISTED", 1)
    address = f"{URL}?segment={in_use.pk}"
    page = client.get(address).content.decode()
    assert "Asks all 2 accounts of the segment" in page
    assert 'name="accounts"' not in page
    chosen = {"name": "Spring", "roles": ["decision_maker"]}
    assert "2 of 2 people will be asked" in client.post(address, chosen).content.decode()
    assert client.post(address, {**chosen, "send": "1"}).status_code == 302
    run()
    assert asked() == ["Alice", "Hank"]


# ------------------------------------------------------------------ which survey, how fast
def test_a_wave_of_another_survey_spread_over_days(client, globex, run, mails):
    said = {"name": "Effort", "kind": "ces", "points": 7, "trigger": "by_hand", "sample_percent": 100}
    survey = survey_actions.create_survey(said=said, at=NOON, by=None, is_on=True)
    assert f'<option value="{survey.pk}" selected>' in client.get(f"{URL}?survey={survey.pk}").content.decode()
    data = {
        "name": "Spring",
        "accounts": [globex.pk],
        "roles": ["decision_maker"],
        "survey": survey.pk,
        "spread_days": "5",
    }
    page = client.post(URL, data).content.decode()
    assert "The mails go out over 5 working days" in page
    assert f'name="survey" value="{survey.pk}"' in page
    client.post(URL, data | {"send": "1"})
    wave = Wave.objects.get()
    assert (wave.survey, wave.spread_days) == (survey, 5)
    run()
    assert mails() == []
    html = client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()
    assert "Mails go out evenly over 5 working days" in html
    assert "every 2s" not in html
    run(NOON.replace(day=16, hour=9))
    assert len(mails()) == 1


def test_a_sample_is_drawn_when_the_wave_is_sent(client, globex):
    Survey.objects.filter(kind="nps").update(sample_percent=99)
    data = {"name": "Spring", "accounts": [globex.pk], "roles": ["decision_maker", "champion"]}
    assert "A sample of 99 % is drawn anew" in client.post(URL, data).content.decode()


def test_without_a_survey_for_waves_none_is_sent(client, globex):
    Survey.objects.update(is_on=False)
    data = {"name": "Spring", "accounts": [globex.pk], "roles": ["champion"], "send": "1"}
    response = client.post(URL, data)
    assert (response.status_code, "No survey that goes in waves is switched on." in response.content.decode()) == (
        422,
        True,
    )
