import pytest

from accounts.actions import personas as actions
from accounts.models import Persona
from accounts.queries import persona as queries
from tests.builders import NOON, make_account, make_contact, make_user
from workspaces.models import AuditEvent


def add(name: str = "Head of IT", **texts) -> Persona:
    return actions.add_persona(name=name, at=NOON, by=None, **texts)


def test_a_persona_is_added_changed_and_audited(workspace):
    user = make_user()
    persona = actions.add_persona(name=" Head of IT ", goals=" Quiet nights ", at=NOON, by=user)
    changes = {"name": "Head of IT", "speaks_to": "Dates", "retired_at": NOON}
    actions.update_persona(persona=persona, changes=changes, at=NOON, by=user)
    actions.update_persona(persona=persona, changes=changes, at=NOON, by=user)
    persona.refresh_from_db()
    assert (persona.name, persona.goals, persona.speaks_to, persona.retired_at) == (
        "Head of IT",
        "Quiet nights",
        "Dates",
        None,
    )
    events = AuditEvent.objects.filter(kind__startswith="persona.").order_by("pk")
    assert [(event.kind, event.subject, event.detail, event.user) for event in events] == [
        ("persona.added", "Head of IT", {}, user),
        ("persona.changed", "Head of IT", {"fields": ["speaks_to"]}, user),
    ]


def test_one_name_is_one_persona_whatever_its_case(workspace):
    other = add("Office lead")
    add()
    with pytest.raises(actions.NameTaken):
        add("HEAD OF IT")
    with pytest.raises(actions.NameTaken):
        actions.update_persona(persona=other, changes={"name": "head of it"}, at=NOON, by=None)


def test_a_retired_persona_is_offered_no_more_but_to_those_who_are_one(workspace):
    persona, other = add(), add("Office lead")
    for _ in range(2):
        actions.set_retired(persona=persona, is_retired=True, at=NOON, by=None)
    assert list(queries.personas_offered()) == [other]
    assert list(queries.personas_offered(also=persona.pk)) == [persona, other]
    assert list(queries.personas()) == [other, persona]
    actions.set_retired(persona=persona, is_retired=False, at=NOON, by=None)
    assert list(queries.personas_offered()) == [persona, other]
    kinds = AuditEvent.objects.filter(subject="Head of IT").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["persona.added", "persona.retired", "persona.restored"]


def test_personas_count_those_who_are_still_there(workspace):
    persona = add()
    add("Office lead")
    make_contact(make_account(), persona=persona)
    gone = make_contact(make_account(), persona=persona)
    gone.left_at = NOON
    gone.save()
    assert [(one.name, one.people) for one in queries.personas()] == [("Head of IT", 1), ("Office lead", 0)]
