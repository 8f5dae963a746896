"""Every object that a page shows is there over the API: a model without an address is named here, with the reason."""

import base64

import pytest
from django.apps import apps
from django.urls import get_resolver

from accounts.models import Contact
from lib.time import now
from outbox.models import Suppression
from segments.models import Criterion, SegmentDay
from surveys.models import Answer, Hold
from tests.api.conftest import Api, detail, errors, make_token
from tests.api.rows import make_alert_row, one_of_each
from tests.builders import NOON, make_account, make_answer, make_contact, make_criterion, make_member, make_peer
from tests.surveys.drawings import png
from voice.models import Suggestion
from workspaces import actions as workspace_actions
from workspaces.capabilities import Role
from workspaces.fields import WorkspaceModel
from workspaces.models import AuditEvent

PART_OF_ANOTHER = {
    "accounts.ExternalId": "external_ids of accounts",
    "accounts.AccountTag": "tags of accounts",
    "accounts.MetricSource": "sources of metrics",
    "segments.SegmentMember": "accounts/ below a segment",
    "health.Attitude": "attitude of health",
    "health.HealthScore": "history/ below health",
    "risk.RiskScore": "risk",
    "voice.Mention": "mentions of comments",
    "notices.Occasion": "notices",
}
NEVER_SHOWN = {
    "workspaces.IdempotentRequest": "answers kept for a repeated request",
    "outbox.Sheet": "what is the same in many mails, shown whole in mails",
    "outbox.Bounce": "what suppresses an address",
    "accounts.Erasure": "the minutes of an erasure",
    "accounts.Suppression": "hashes; erased-people/find/ compares with them",
    "accounts.Word": "what search corrects words by",
    "segments.Change": "accounts to look at again",
    "health.Typical": "means, shown within health",
    "health.MetricWindow": "readings, packed for scoring",
    "health.StaleAccount": "accounts to score again",
    "risk.RiskDay": "the memory that tests read",
    "risk.HandCard": "points, shown within risk",
    "imports.Block": "the bytes of a file",
    "imports.Part": "the pieces of a file, counted in imports",
}


def test_every_model_has_its_address_or_a_reason():
    (api,) = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/v1/" and entry.app_name]
    there = {entry.callback.cls.model for entry in api.url_patterns}
    without = {
        model._meta.label for model in apps.get_models() if issubclass(model, WorkspaceModel) and model not in there
    }
    assert without == PART_OF_ANOTHER.keys() | NEVER_SHOWN.keys()


@pytest.fixture
def admin(workspace) -> Api:
    by = make_member(Role.ADMIN).user
    return Api(workspace_actions.issue_token(name="Admin", scopes=["write", "admin:write"], at=NOON, by=by)[1])


# ------------------------------------------------------------------------------------------- surveys
def test_a_time_of_not_asking_begins_and_ends_once(admin):
    body = {"account": make_account().pk, "kind": "dispute", "note": "The price"}
    begun = admin.post("survey-holds/", body)
    assert (begun.status_code, begun.json()["note"], begun.json()["ended_at"]) == (201, "The price", None)
    assert begun.json()["begun_by"].endswith("@vendor.example")
    again = admin.post("survey-holds/", body)
    assert (again.status_code, detail(again)) == (409, "One of these is open at this account already.")
    assert list(errors(admin.post("survey-holds/", body | {"kind": "war"}))) == ["kind"]
    path = f"survey-holds/{begun.json()['id']}/end/"
    assert admin.post(path).json()["ended_at"] is not None
    assert admin.post(path).status_code == 409
    assert Hold.objects.count() == 1


def coded(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def test_the_look_is_read_and_changed(admin):
    before = admin.get("survey-look/settings/").json()
    assert (before["accent"], before["logo_path"], before["offers_call"]) == ("", None, True)
    changed = admin.patch(
        "survey-look/settings/", {"accent": "#3445B4", "logo": coded(png(10, 5)), "language": "zh-hans"}
    ).json()
    assert (changed["accent"], changed["language"]) == ("#3445b4", "zh-hans")
    assert admin.client.get(changed["logo_path"]).headers["Content-Type"] == "image/png"
    assert "logo" not in changed
    assert admin.patch("survey-look/settings/", {"logo": None}).json()["logo_path"] is None
    assert admin.get("survey-look/settings/").json()["accent"] == "#3445b4"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"accent": "#ffff00"}, "nearest tone"),
        ({"logo": 5}, "neither a PNG nor a JPEG"),
        ({"accent": "blue"}, "#3445b4"),
        ({"logo": "no Base64"}, "neither a PNG nor a JPEG"),
        ({"logo": coded(b"GIF89a")}, "neither a PNG nor a JPEG"),
        ({"logo": coded(png(4000, 5))}, "At most 16 kB"),
        ({"reply_to": "nobody"}, "valid email"),
        ({"review_url": "javascript:alert(1)"}, "valid URL"),
        ({"language": "tlh"}, "not a valid choice"),
    ],
)
def test_a_look_that_cannot_be_is_named(admin, said, words):
    told = errors(admin.patch("survey-look/settings/", said))
    assert list(told) == list(said)
    assert words in told[next(iter(said))][0]


def test_an_answer_in_doubt_is_confirmed_once(admin):
    answer = make_answer(1, make_contact(make_account()), doubt="too_fast")
    (shown,) = admin.get("answers/", counted="false").json()["results"]
    assert (shown["id"], shown["doubt"], shown["is_counted"]) == (answer.pk, "too_fast", False)
    assert admin.post(f"answers/{answer.pk}/confirm/").json()["is_counted"] is True
    assert admin.post(f"answers/{answer.pk}/confirm/").status_code == 409
    assert Answer.objects.counted().count() == 1


# ------------------------------------------------------------------------------------------- voice, complaints, risk
def test_the_digest_is_chosen_by_whoever_made_the_token(admin):
    assert admin.get("voice-digest/settings/").json() == {"is_weekly": False, "is_monthly": False}
    assert admin.patch("voice-digest/settings/", {"is_weekly": True}).json() == {"is_weekly": True, "is_monthly": False}
    assert admin.put("voice-digest/settings/", {"is_weekly": False}).status_code == 400
    nobody = Api(make_token("write"))
    assert nobody.get("voice-digest/settings/").json() == {"is_weekly": False, "is_monthly": False}
    assert nobody.patch("voice-digest/settings/", {"is_weekly": True}).status_code == 409


def test_naming_people_is_read_and_changed(admin):
    assert admin.get("voice/settings/").json() == {"names_people": False, "changed_at": None, "changed_by": None}
    assert admin.patch("voice/settings/", {}).json()["names_people"] is False
    changed = admin.patch("voice/settings/", {"names_people": True}).json()
    assert (changed["names_people"], changed["changed_at"] is None) == (True, False)


def test_a_suggestion_is_dismissed(admin):
    one_of_each()
    (one,) = admin.get("theme-suggestions/").json()["results"]
    assert admin.post(f"theme-suggestions/{one['id']}/dismiss/").json() == one
    assert admin.get("theme-suggestions/").json()["results"] == []
    assert Suggestion.objects.get().dismissed_at is not None


def test_what_another_customer_said_of_a_complaint_is_noted(admin):
    peer = make_peer()
    path = f"complaint-peers/{peer.pk}/"
    assert admin.get(path).json()["reply"] is None
    assert list(errors(admin.post(f"{path}reply/", {"reply": "perhaps"}))) == ["reply"]
    said = admin.post(f"{path}reply/", {"reply": "me_too"}).json()
    assert (said["reply"], said["replied_at"] is None) == ("me_too", False)


def test_what_the_risk_means_is_read_and_changed(admin):
    before = admin.get("risk/settings/").json()
    assert (before["horizon_days"], before["counts_downgrade"], before["changed_at"]) == (90, False, None)
    for same in ({}, {"horizon_days": 90}):
        assert admin.patch("risk/settings/", same).json() == before, "who changes nothing leaves no trace"
    changed = admin.patch("risk/settings/", {"horizon_days": 180}).json()
    assert (changed["horizon_days"], changed["counts_downgrade"]) == (180, False)
    assert changed["changed_at"] is not None
    for wrong in (7, "(abc)"):
        said = errors(admin.patch("risk/settings/", {"horizon_days": wrong}))
        assert said == {"horizon_days": ["Must be 30, 60, 90 or 180: whole days."]}
    assert AuditEvent.objects.filter(kind="risk.asked").count() == 1


# ------------------------------------------------------------------------------------------- the ideal customer
SIZE = {
    "name": "Large",
    "weight": 30,
    "conditions": {"all": [{"field": "tier", "op": "any_of", "value": ["strategic"]}]},
}


def test_a_criterion_is_added_weighed_put_earlier_and_retired(admin):
    first = make_criterion("First")
    made = admin.post("icp-criteria/", SIZE)
    assert made.status_code == 201, made.json()
    path = f"icp-criteria/{made.json()['id']}/"
    assert admin.patch(path, {"weight": 50}).json() | {"weight": 30} == made.json()
    assert admin.post(f"{path}earlier/").json()["place"] == first.place
    other = {"all": [{"field": "tier", "op": "any_of", "value": ["standard"]}]}
    anew = admin.patch(path, {"conditions": other}).json()
    assert (anew["id"] == made.json()["id"], anew["conditions"], anew["name"]) == (False, other, "Large")
    assert admin.get(path).json()["retired_at"] is not None
    assert admin.patch(path, {"weight": 5}).status_code == 409
    assert admin.post(f"{path}restore/").status_code == 409  # its name is another's now
    path = f"icp-criteria/{anew['id']}/"
    assert admin.post(f"{path}retire/").json()["retired_at"] is not None
    assert admin.post(f"{path}restore/").json()["retired_at"] is None
    assert admin.ids("icp-criteria/", retired="false") == [first.pk, anew["id"]]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "First"}, "name"),
        ({"weight": 0}, "weight"),
        ({"conditions": {"all": [{"field": "score", "op": "below", "value": 50}]}}, "conditions"),
        ({"conditions": {"all": [{"field": "made_up", "op": "below", "value": 50}]}}, "conditions"),
        ({"conditions": []}, "conditions"),
    ],
)
def test_a_criterion_that_cannot_be_is_named(admin, said, field):
    criterion = make_criterion("First")
    assert list(errors(admin.post("icp-criteria/", SIZE | said))) == [field]
    if field != "name":
        assert list(errors(admin.patch(f"icp-criteria/{criterion.pk}/", said))) == [field]
    assert Criterion.objects.count() == 1


def test_there_are_not_more_criteria_than_one_can_weigh(admin, monkeypatch):
    monkeypatch.setattr("segments.actions.criteria.MOST_CRITERIA", 1)
    make_criterion("First")
    assert errors(admin.post("icp-criteria/", SIZE)) == {"non_field_errors": ["There are at most 1 criteria."]}


def test_days_of_a_segment_and_fits_at_signing(admin):
    one_of_each()
    day = SegmentDay.objects.get()
    (shown,) = admin.get("segments/days/", segment=day.segment_id).json()["results"]
    assert shown == {"day": day.day.isoformat(), "entered": 2, "left": 1, "members": 5}
    assert admin.get("segments/days/", segment=day.segment_id, until="2020-01-01").json()["results"] == []
    assert list(errors(admin.get("segments/days/"))) == ["segment"]
    (fit,) = admin.get("icp-signing-fits/", below=51).json()["results"]
    assert (fit["score"], fit["met"], fit["missed"]) == (50, [1], [2])
    assert admin.get("icp-signing-fits/", below=50).json()["results"] == []


# ------------------------------------------------------------------------------------------- people and their traces
def test_somebody_is_erased_found_and_let_back(admin):
    contact = make_contact(make_account(), name="Kim Berg", email="kim@bergmann.example")
    known = admin.get(f"contacts/{contact.pk}/personal-data/").json()["kept"]
    assert known["contact"][0]["email"] == "kim@bergmann.example"
    assert AuditEvent.objects.filter(kind="contact.exported").count() == 1
    wrong = admin.post("erased-people/", {"contact": contact.pk, "name": "Kim"})
    assert errors(wrong) == {"name": ["This is not the name of the contact: “Kim Berg”."]}
    gone = admin.post("erased-people/", {"contact": contact.pk, "name": "kim berg"})
    assert gone.status_code == 201
    assert (gone.json()["id"], gone.json()["may_return"], gone.json()["finished_at"]) == (contact.pk, False, None)
    assert not {"name", "email", "contact"} & set(gone.json())
    assert Contact.objects.get(pk=contact.pk).email == ""
    known_by = {"known_by": "Kim@bergmann.example"}
    assert admin.post("erased-people/find/", known_by).json() == {"contact": contact.pk}
    assert admin.post("erased-people/lift/", known_by).json() == {"contact": contact.pk}
    assert list(errors(admin.post("erased-people/lift/", known_by))) == ["known_by"]
    assert admin.post("erased-people/find/", known_by).json() == {"contact": None}
    assert admin.get("erased-people/").json()["results"][0]["may_return"] is True


def test_only_administration_erases_people(workspace):
    contact = make_contact(make_account(), name="Kim Berg")
    body = {"contact": contact.pk, "name": "Kim Berg"}
    assert Api(make_token("write")).post("erased-people/", body).status_code == 403
    assert Api(make_token("admin:read")).post("erased-people/", body).status_code == 403
    assert Contact.objects.get(pk=contact.pk).erasing_at is None


def test_mail_may_go_to_an_address_again(admin):
    one_of_each()
    (one,) = admin.get("suppressed-addresses/").json()["results"]
    assert (one["address"], one["reason"], one["code"]) == ("mei0@cedar.example", "bounced", "5.1.1")
    assert admin.post(f"suppressed-addresses/{one['id']}/lift/").json() == one
    assert not Suppression.objects.exists()
    (mail,) = admin.get("mails/", to="mei0@cedar.example").json()["results"]
    assert (mail["to"], mail["subject"], mail["sent_at"]) == ("mei0@cedar.example", "Hello", None)
    assert not {"text", "html", "headers"} & set(mail)


# ------------------------------------------------------------------------------------------- who asks
def test_a_token_learns_who_it_is_and_where(admin):
    told = admin.get("profile/settings/").json()
    assert (told["role"], told["scopes"]) == ("admin", ["write", "admin:write"])
    assert set(told["workspace"]) == {"id", "name", "currency", "time_zone", "erase_at"}
    changed = admin.patch("profile/settings/", {"time_zone": "Europe/Vienna", "theme": "dark"}).json()
    assert (changed["time_zone"], changed["theme"], changed["name"]) == ("Europe/Vienna", "dark", told["name"])
    assert set(errors(admin.patch("profile/settings/", {"time_zone": "Mars", "theme": "pink"}))) == {
        "time_zone",
        "theme",
    }
    nobody = Api(make_token("write"))
    assert (nobody.get("profile/settings/").json()["email"], nobody.patch("profile/settings/", {}).status_code) == (
        None,
        409,
    )


# ------------------------------------------------------------------------------------------- today, search
def test_today_says_who_needs_somebody_and_why(api):
    member = make_member()
    account = make_account("Cedar", owner=member, arr_minor=120_000, stage="use", currency="EUR")
    alert = make_alert_row(account)
    (line,) = api.get("today/").json()["results"]
    assert (line["account"], line["name"], line["alert"], line["alerts"]) == (account.pk, "Cedar", alert.pk, 1)
    assert line["why"] != ""
    assert len(line["factors"]) == 3
    product = line["factors"][0]["figure"] * line["factors"][1]["figure"] * line["factors"][2]["figure"]
    assert line["urgency"] == pytest.approx(product, rel=0.01)
    assert [one["account"] for one in api.get("today/", owner=member.pk).json()["results"]] == [account.pk]
    assert api.get("today/", owner=make_member().pk).json()["results"] == []
    assert api.get("today/", unowned="true").json()["results"] == []
    assert list(errors(api.get("today/", most=201))) == ["most"]


def test_today_tells_who_has_no_alert_by_the_parts_of_the_score(api):
    one_of_each()
    assert all(line["urgency"] >= 0 for line in api.get("today/").json()["results"])
    assert api.get("today/").json()["as_of"] >= now().isoformat()[:10]


def test_search_finds_what_the_box_finds(api):
    contact = make_contact(make_account("Cedar Logistics"), name="Mei Chen", email="mei@cedar.example")
    found = api.get("search/", q="cedar").json()
    assert [one["id"] for one in found["accounts"]] == [contact.account_id]
    assert found["contacts"][0] == {
        "id": contact.pk,
        "account": contact.account_id,
        "name": "Mei Chen",
        "email": "mei@cedar.example",
    }
    assert list(errors(api.get("search/"))) == ["q"]
    assert list(errors(api.get("search/", q="x" * 101))) == ["q"]
