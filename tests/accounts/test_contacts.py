from datetime import timedelta

import pytest

from accounts.actions import contacts as actions
from accounts.actions import personas
from accounts.models import Contact, Fact
from tests.builders import NOON, make_account, make_contact

EARLIER, LATER = NOON - timedelta(days=9), NOON + timedelta(hours=1)


def facts(contact: Contact) -> list[tuple[str, dict]]:
    rows = Fact.objects.filter(account=contact.account, kind__startswith="contact.").order_by("pk")
    return [(fact.kind, {k: v for k, v in fact.data.items() if k != "contact_id"}) for fact in rows]


def test_add_contact_keeps_the_address_in_lower_case(workspace):
    account = make_account()
    contact = actions.add_contact(
        account=account,
        name="Mei Chen",
        email=" Mei@Cedar.example ",
        role="decision_maker",
        title="CFO",
        locale="de",
        at=NOON,
        by=None,
    )
    contact.refresh_from_db()
    assert (contact.email, contact.role, contact.title, contact.locale) == (
        "mei@cedar.example",
        "decision_maker",
        "CFO",
        "de",
    )
    assert facts(contact) == [("contact.added", {"name": "Mei Chen", "role": "decision_maker"})]


def test_one_address_belongs_to_one_person_whatever_its_case(workspace):
    contact = make_contact(make_account(), email="mei@cedar.example")
    with pytest.raises(actions.EmailTaken):
        make_contact(make_account(), email="MEI@cedar.example")
    make_contact(make_account(), email="")
    make_contact(make_account(), email="")  # no address is nobody's
    other = make_contact(make_account(), email="ana@cedar.example")
    with pytest.raises(actions.EmailTaken):
        actions.update_contact(contact=other, changes={"email": "mei@cedar.example"}, at=NOON, by=None)
    assert Contact.objects.filter(email=contact.email).count() == 1


def test_update_contact_records_only_what_is_different(workspace):
    contact = make_contact(make_account(), name="Mei Chen")
    changes = {"name": "Mei Chen", "title": "CFO", "left_at": NOON}
    actions.update_contact(contact=contact, changes=changes, at=NOON, by=None)
    actions.update_contact(contact=contact, changes=changes, at=NOON, by=None)
    contact.refresh_from_db()
    assert (contact.title, contact.left_at) == ("CFO", None)
    assert facts(contact)[1:] == [("contact.changed", {"name": "Mei Chen", "fields": ["title"]})]


def test_opting_out_and_back_in_are_two_facts_however_often_said(workspace):
    contact = make_contact(make_account(), name="Mei Chen")
    for is_out in (True, True, False, False):
        actions.set_opted_out(contact=contact, is_out=is_out, at=NOON, by=None)
        assert Contact.objects.get(pk=contact.pk).opted_out is is_out
    assert [kind for kind, _ in facts(contact)[1:]] == ["contact.opted_out", "contact.opted_in"]


def test_leaving_and_returning_are_two_facts_however_often_said(workspace):
    contact = make_contact(make_account(), name="Mei Chen", role="champion")
    for has_left in (True, True, False, False):
        actions.set_left(contact=contact, has_left=has_left, at=NOON, by=None)
        assert list(Contact.objects.present()) == ([] if has_left else [contact])
    assert facts(contact)[1:] == [
        ("contact.left", {"name": "Mei Chen", "role": "champion"}),
        ("contact.returned", {"name": "Mei Chen", "role": "champion"}),
    ]


def test_revise_contact_does_all_a_form_says(workspace):
    contact = make_contact(make_account())
    actions.revise_contact(contact=contact, changes={"title": "CFO"}, is_out=True, has_left=True, at=NOON, by=None)
    assert [kind for kind, _ in facts(contact)[1:]] == ["contact.changed", "contact.opted_out", "contact.left"]


def test_a_contact_keeps_what_is_known_of_it(workspace):
    persona = personas.add_persona(name="Head of IT", at=NOON, by=None)
    known = {
        "influence": "high",
        "stance": "sceptic",
        "time_zone": "Europe/Berlin",
        "source": "crm",
        "external_id": "7",
    }
    contact = make_contact(make_account(), persona=persona, **known)
    contact.refresh_from_db()
    assert {name: getattr(contact, name) for name in known} == known
    assert contact.persona == persona
    with pytest.raises(TypeError, match="has no shoe_size"):
        make_contact(make_account(), shoe_size=44)


def test_an_id_elsewhere_is_one_persons(workspace):
    make_contact(make_account(), source="crm", external_id="7")
    with pytest.raises(actions.ContactIdTaken, match="crm:7"):
        make_contact(make_account(), source="crm", external_id="7")
    other = make_contact(make_account(), source="desk", external_id="7")
    with pytest.raises(actions.ContactIdTaken, match="crm:7"):
        actions.update_contact(contact=other, changes={"source": "crm"}, at=NOON, by=None)


def consent(contact: Contact, **changes) -> tuple[str, object, str]:
    actions.update_contact(contact=contact, changes=changes, at=LATER, by=None)
    contact.refresh_from_db()
    return contact.consent, contact.consent_at, contact.consent_source


def test_consent_has_the_day_it_was_given_or_else_today(workspace):
    contact = make_contact(make_account(), consent="given", consent_source="Trade fair")
    assert (contact.consent, contact.consent_at, contact.consent_source) == ("given", NOON, "Trade fair")
    assert consent(contact, consent="given") == ("given", NOON, "Trade fair")
    assert consent(contact, consent="given", consent_at=None) == ("given", NOON, "Trade fair")
    assert consent(contact, consent="given", consent_at=EARLIER) == ("given", EARLIER, "Trade fair")
    assert consent(contact, consent="withdrawn", consent_source="Mail") == ("withdrawn", LATER, "Mail")
    assert consent(contact, consent="given", consent_at=EARLIER) == ("given", EARLIER, "Mail")
    assert consent(contact, consent="", consent_source="x") == ("", None, "")
    assert consent(contact, consent_at=NOON) == ("", None, "")
