"""What waited in the version before is not lost by an upgrade."""

from importlib import import_module

from django.db import connection

from outbox.models import Effect
from tests.builders import NOON, make_account, make_contact, make_survey_invitation


def waiting(invitation, state: str) -> Effect:
    return Effect.objects.create(
        kind="surveys.send_invitation",
        queue="default",
        dedupe_key=f"{state} {invitation.pk}",
        payload={"invitation_id": invitation.pk},
        state=state,
        available_at=NOON,
        created_at=NOON,
    )


def test_mails_that_were_planned_one_by_one_go_out(workspace, run, mails):
    contact = make_contact(make_account("Globex"), email="hank@globex.example")
    planned, done = (waiting(make_survey_invitation(contact, sent_at=None), state) for state in ("ready", "done"))
    with connection.cursor() as cursor:
        cursor.execute(import_module("surveys.migrations.0017_sent_with_what_is_due").TURN)
    run()
    planned.refresh_from_db()
    done.refresh_from_db()
    assert (planned.kind, planned.state) == ("surveys.send_due", Effect.State.DONE)
    assert done.kind == "surveys.send_invitation"
    assert [mail["To"] for mail in mails()] == ["hank@globex.example"] * 2
