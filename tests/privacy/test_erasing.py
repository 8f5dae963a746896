"""A person is handed over and erased: through the pages, and then looked for everywhere."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import erasing
from accounts.models import Contact, Erasure, Fact, Suppression
from accounts.registry import personal_kinds
from expectations import actions as expectation_actions
from outbox import engine
from outbox.models import Effect
from tests.builders import NOON, make_account, make_contact, make_expectation, make_member
from tests.privacy.person import COMMENT, EMAIL, LATER, NAME, everything, make_person, traces

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(workspace) -> Client:
    client = Client()
    client.force_login(make_member("admin").user)
    return client


def erase(admin: Client, person: Contact) -> None:
    response = admin.post(reverse("accounts:contact_erase", args=[person.pk]), {"name": str(person)})
    assert response.status_code == 302


def work(at=NOON) -> None:
    for queue in ("compute", "default", "mail"):
        engine.run_due(queue=queue, clock=lambda: at, until=at + timedelta(hours=1))


def work_on() -> None:
    """Both looks for traces."""
    at = Erasure.objects.get().at
    work(at + timedelta(seconds=1))
    work(at + erasing.AFTERMATH + timedelta(minutes=1))
    stuck = [(one.kind, one.state, one.last_error) for one in Effect.objects.filter(kind=erasing.ERASE)]
    assert [state for _, state, _ in stuck] == ["done", "done"], stuck


def test_after_erasing_no_table_holds_the_name_the_address_or_a_comment(admin):
    person = make_person()
    assert {EMAIL, NAME, COMMENT} == set(traces(EMAIL, NAME, COMMENT))

    erase(admin, person)
    work_on()

    assert traces(EMAIL, NAME, COMMENT) == {}
    person.refresh_from_db()
    assert (str(person), person.email, person.external_id, person.custom) == ("Erased person", "", "", {})
    assert person.erased_at is not None
    assert "Ruíz" not in "".join(everything().values())


def test_whatever_name_they_gave_on_a_link_that_was_mailed_to_them(admin):
    person = make_contact(make_account(), name="Ana Ruíz", email="ana@cedar.example")
    one = make_expectation(person.account)
    for objection in ("", "We said weekly"):
        link, _ = expectation_actions.ask(
            account=person.account, expectation_ids=[one.pk], contact=person, at=NOON, by=None
        )
        expectation_actions.acknowledge(link=link, name="A. R.", objection=objection, at=NOON)
    exported = admin.get(reverse("accounts:contact_export", args=[person.pk])).json()
    assert [row["acknowledged_by"] for row in exported["promises"]] == ["A. R."]
    assert {"promise.acknowledged", "promise.questioned"} <= {row["kind"] for row in exported["timeline"]}

    erase(admin, person)
    work_on()

    assert traces("A. R.", "We said weekly") == {}


def test_numbers_and_what_is_left_stay(admin):
    person = make_person()
    erase(admin, person)
    work_on()

    answer = person.survey_answers.get()
    assert (answer.value, answer.comment, answer.revisions.get().value) == (2, "", 1)
    told = Fact.objects.filter(kind="survey.answered").first().data
    assert (told["contact_name"], told["comment"], told["value"]) == ("Erased person", "", 1)
    page = admin.get(reverse("accounts:contact", args=[person.pk])).content.decode()
    assert "Who this was is no longer known here." in page
    assert admin.get(reverse("accounts:contact_edit", args=[person.pk])).status_code == 404
    assert admin.get(reverse("accounts:contact_export", args=[person.pk])).status_code == 404


def test_mail_to_an_erased_person_is_never_sent(admin, mail_dir, django_capture_on_commit_callbacks):
    person = make_person()
    before = set(mail_dir.iterdir())
    erase(admin, person)
    with django_capture_on_commit_callbacks(execute=True):
        work_on()
    work(LATER + timedelta(days=400))

    later = "".join(path.read_text() for path in mail_dir.iterdir())
    assert before, "there was mail to forget"
    assert EMAIL not in later
    assert COMMENT not in later


def test_the_name_is_asked_for(admin):
    person = make_contact(make_account(), name="Ana Ruiz")
    address = reverse("accounts:contact_erase", args=[person.pk])
    assert "cannot be undone" in admin.get(address).content.decode()
    response = admin.post(address, {"name": "Ana"})
    assert response.status_code == 422
    assert "This is not the name of the contact" in response.content.decode()
    assert admin.post(address, {"name": " ana  RUIZ "}).status_code == 302
    assert admin.post(address, {"name": "Ana Ruiz"}).status_code == 404
    page = admin.get(reverse("accounts:contact", args=[person.pk])).content.decode()
    assert "are being looked for" in page


def test_only_administrators_erase_and_only_who_edits_exports(workspace):
    person = make_contact(make_account())
    addresses = [reverse(f"accounts:contact_{what}", args=[person.pk]) for what in ("erase", "export")]
    allowed = {"viewer": [403, 403], "csm": [403, 200], "manager": [403, 200], "admin": [200, 200]}
    for role, expected in allowed.items():
        client = Client()
        client.force_login(make_member(role).user)
        assert [client.get(address).status_code for address in addresses] == expected, role


def test_erasing_twice_is_erasing_once(workspace):
    person = make_contact(make_account(), email="", name="Cher", source="crm", external_id="7")
    erasing.erase_contact(contact=person, at=NOON, by=None)
    erasing.erase_contact(contact=person, at=NOON + timedelta(days=1), by=None)
    assert Suppression.objects.count() == 1
    assert Erasure.objects.get().at == NOON
    work_on()
    erasing.erase_traces(contact_id=person.pk, is_last=True, at=NOON)
    assert not Erasure.objects.exists()


def test_what_was_being_written_meanwhile_goes_the_second_time(workspace):
    person = make_contact(make_account(), name="Ana Ruiz", email="ana@cedar.example")
    erasing.erase_contact(contact=person, at=NOON, by=None)
    work(NOON)
    Contact.objects.filter(pk=person.pk).update(name="Ana Ruiz", email="ana@cedar.example")
    Fact.objects.create(
        account=person.account, kind="x.y", at=NOON, recorded_at=NOON, data={"contact_name": "Ana Ruiz"}
    )
    work(NOON + erasing.AFTERMATH)
    assert traces("Ana Ruiz", "ana@cedar.example") == {}


def test_a_room_that_fails_leaves_everything_to_be_done_again(workspace, monkeypatch):
    person = make_person()
    erasing.erase_contact(contact=person, at=NOON, by=None)
    last = list(personal_kinds.values())[-1]

    def dies(contact, at):
        raise RuntimeError("killed")

    monkeypatch.setitem(personal_kinds, "last", type(last)(last.export, dies))
    work(NOON)
    assert COMMENT in "".join(everything().values())
    monkeypatch.delitem(personal_kinds, "last")
    work(NOON + timedelta(minutes=5))
    work(NOON + erasing.AFTERMATH)
    assert traces(EMAIL, NAME, COMMENT) == {}


def test_another_person_and_another_workspace_are_left_alone(admin):
    from tests.builders import make_workspace
    from workspaces import tenancy

    with tenancy.entered(make_workspace("Other").pk):
        twin = make_contact(make_account("Cedar Logistics"), name=NAME, email=EMAIL)
    person = make_person()
    joana = make_contact(person.account, name=f"Joh{NAME}", email=f"jo{EMAIL}")
    erase(admin, person)
    work_on()
    joana.refresh_from_db()
    assert (joana.name, joana.email) == (f"Joh{NAME}", f"jo{EMAIL}")
    with tenancy.entered(twin.workspace_id):
        twin.refresh_from_db()
        assert (twin.name, twin.email) == (NAME, EMAIL)
        assert Fact.objects.filter(data__name=NAME).exists()


# ------------------------------------------------------------------------------------------------- handing over
def test_the_export_has_every_kind(admin):
    person = make_person()
    response = admin.get(reverse("accounts:contact_export", args=[person.pk]))
    assert response["Content-Disposition"] == f'attachment; filename="contact-{person.pk}.json"'
    told = json.loads(response.content)
    assert set(personal_kinds) <= set(told)
    assert [kind for kind in personal_kinds if not told[kind]] == ["survey_refusals"]
    assert told["contact"][0]["email"] == EMAIL
    assert COMMENT in json.dumps(told["survey_answers"])
    assert NAME in json.dumps(told["import_rows"], ensure_ascii=False)


def test_the_export_as_tables(admin):
    person = make_person()
    response = admin.get(reverse("accounts:contact_export", args=[person.pk]), {"as": "csv"})
    with zipfile.ZipFile(io.BytesIO(response.content)) as files:
        assert set(files.namelist()) == {f"{kind}.csv" for kind in personal_kinds}
        lines = files.read("survey_answers.csv").decode("utf-8-sig").splitlines()
        assert lines[0] == (
            "id,metric,value,scale_max,comment,replies,answered_at,changed_at,is_late,doubt,answer_id,at,is_earlier"
        )
        assert COMMENT in lines[1]
        assert files.read("survey_refusals.csv").decode("utf-8-sig").strip() == ""


def test_somebody_of_whom_hardly_anything_is_known_is_handed_over_too(admin):
    person = make_contact(make_account(), name="", email="x@cedar.example")
    Contact.objects.filter(pk=person.pk).update(email="")
    told = json.loads(admin.get(reverse("accounts:contact_export", args=[person.pk])).content)
    assert told["contact"][0]["name"] == ""
    assert [kind for kind in personal_kinds if told[kind]] == ["contact", "timeline"]
    erasing.erase_contact(contact=person, at=NOON, by=None)
    work_on()
    assert not Suppression.objects.exists()
