"""What segments ask about answers: those that count, each kind by itself."""

from datetime import timedelta

import pytest
from django.db import connection

from surveys.models import Silence, Survey
from surveys.segment_fields import FIELDS
from tests.builders import NOON, make_account, make_answer, make_contact, make_survey_invitation

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "metric", "value"), [("last_csat", "csat", 2), ("last_ces", "ces", 6), ("last_nps", "nps", 9)]
)
def test_the_last_answer_of_each_kind(workspace, field, metric, value):
    contact = make_contact(make_account())
    make_answer(value, contact, metric=metric)
    make_answer(0 if metric == "nps" else 1, contact, metric=metric, answered_at=NOON + DAY, doubt="too_fast")
    assert read(contact.account, field) == value


def read(account, field):
    (one,) = [one for one in FIELDS if one.key == field]
    with connection.cursor() as cursor:
        cursor.execute(f"select {one.value(None).text} from accounts_account a where a.id = %s", [account.pk])
        return cursor.fetchone()[0]


def test_nps_after_an_event_is_another_thing(workspace):
    contact = make_contact(make_account())
    make_answer(9, contact, metric="nps")
    event = Survey.objects.create(
        name="After onboarding", kind="nps", points=11, trigger="onboarding_finished", created_at=NOON
    )
    invitation = make_survey_invitation(contact, metric="nps", survey=event)
    make_answer(1, contact, metric="nps", invitation=invitation, answered_at=NOON + DAY)
    assert read(contact.account, "last_nps") == 9


def test_mails_in_a_row_without_an_answer(workspace):
    account = make_account()
    Silence.objects.create(account=account, unanswered=4, people=2, chance=0.1, asked_at=NOON, computed_at=NOON)
    assert (read(account, "unanswered"), read(make_account(), "unanswered")) == (4, None)
