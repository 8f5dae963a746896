import pytest

from accounts.actions import contacts as actions
from accounts.models import Contact, Fact
from tests.builders import NOON, make_account, make_contact


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
