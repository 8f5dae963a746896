"""What was learned scores only through the gate and by a person, and everybody can see who that was."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from outbox.models import Effect
from risk import actions, queries
from risk.models import RiskRun
from tests.builders import NOON, make_member
from tests.risk.given import CARD
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

ASKED = {"horizon_days": 90, "counts_downgrade": False, "counts_non_renewal": False, "budget": 5, "currency": "EUR"}


def run_with(*reasons, **fields):
    gate = {"is_passed": not reasons, "reasons": list(reasons)}
    fields = {"card": CARD.to_json(), "report": {"gate": gate}, "finished_at": NOON, **fields}
    return RiskRun.objects.create(settings=ASKED, started_at=NOON, progress_at=NOON, verdict="proven", **fields)


def gate_against(run, *, is_beaten=True):
    """Passed, and measured against another run's card."""
    rival = {"run": run.pk, "better_auc": [0.97, 0.95], "better_lift": [0.92, 0.91], "is_beaten": is_beaten}
    return {"is_passed": True, "reasons": [], "rival": rival}


def test_a_person_adopts_what_passed_the_gate(workspace):
    by = make_member(Role.MANAGER).user

    run = actions.adopt(run=run_with(), at=NOON, by=by)

    assert (run.adopted_at, run.adopted_by, run.is_adopted) == (NOON, by, True)
    assert queries.adopted() == run
    event = AuditEvent.objects.get(kind="risk.adopted")
    assert (event.user, event.at) == (by, NOON)
    assert event.detail == {"run": run.pk, "verdict": "proven", "replaces": [], "accepts_reversed": False}


@pytest.mark.parametrize(
    "reasons", [("not_better",), ("fewer_than_10_departures", "not_better"), ("badly_calibrated",), ("sign_reversed",)]
)
def test_the_gate_is_not_passed_by_a_click(workspace, reasons):
    run = run_with(*reasons)

    with pytest.raises(actions.NotAllowed) as refused:
        actions.adopt(run=run, at=NOON, by=make_member().user)

    assert refused.value.reasons == reasons
    assert queries.adopted() is None
    assert not AuditEvent.objects.filter(kind="risk.adopted").exists()


def test_a_reversed_sign_can_be_taken_upon_oneself_and_nothing_else(workspace):
    by = make_member().user

    with pytest.raises(actions.NotAllowed) as refused:
        actions.adopt(run=run_with("not_better", "sign_reversed"), at=NOON, by=by, accepts_reversed=True)
    assert refused.value.reasons == ("not_better",)

    run = actions.adopt(run=run_with("sign_reversed"), at=NOON, by=by, accepts_reversed=True)
    assert run.is_adopted
    assert AuditEvent.objects.get(kind="risk.adopted").detail["accepts_reversed"] is True


@pytest.mark.parametrize("fields", [{"report": None, "card": None, "failure": "too_short"}, {"card": None}])
def test_a_run_that_found_nothing_has_nothing_to_adopt(workspace, fields):
    with pytest.raises(actions.NotAllowed) as refused:
        actions.adopt(run=run_with(**fields), at=NOON, by=make_member().user)

    assert refused.value.reasons == ("not_finished",)


def test_a_gate_that_is_shut_without_a_reason_is_shut(workspace):
    run = run_with(report={"gate": {"is_passed": False, "reasons": []}})

    assert queries.obstacles(run) == ["not_passed"]


def test_the_next_one_adopted_replaces_the_last(workspace):
    first = run_with()
    second = run_with(report={"gate": gate_against(first)})
    by, other = make_member().user, make_member().user
    actions.adopt(run=first, at=NOON, by=by)
    actions.adopt(run=second, at=NOON, by=other)

    first.refresh_from_db()
    assert (queries.adopted(), first.is_adopted, first.retired_by) == (second, False, other)
    assert AuditEvent.objects.filter(kind="risk.adopted").order_by("pk").last().detail["replaces"] == [first.pk]
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskRun.objects.filter(pk=first.pk).update(retired_at=None)


@pytest.mark.parametrize(("compared", "code"), [(None, "not_compared"), (False, "not_better_than_adopted")])
def test_the_next_one_has_to_be_better_than_what_is_adopted(workspace, compared, code):
    first, by = run_with(), make_member().user
    second = run_with() if compared is None else run_with(report={"gate": gate_against(first, is_beaten=compared)})
    actions.adopt(run=first, at=NOON, by=by)

    with pytest.raises(actions.NotAllowed) as refused:
        actions.adopt(run=second, at=NOON, by=by)
    assert refused.value.reasons == (code,)

    actions.retire(run=first, at=NOON, by=by)
    assert actions.adopt(run=second, at=NOON, by=by).is_adopted, "beside the hand weights alone it passed"


def test_adopting_twice_is_adopting_once(workspace):
    run, by = run_with(), make_member().user
    actions.adopt(run=run, at=NOON, by=by)

    actions.adopt(run=run, at=NOON, by=make_member().user)

    run.refresh_from_db()
    assert run.adopted_by == by
    assert AuditEvent.objects.filter(kind="risk.adopted").count() == 1


def test_back_to_the_hand_weights(workspace):
    by = make_member().user
    run = actions.adopt(run=run_with(), at=NOON, by=by)

    actions.retire(run=run, at=NOON, by=by)

    assert queries.adopted() is None
    assert AuditEvent.objects.get(kind="risk.retired").detail == {"run": run.pk}
    with pytest.raises(actions.NotAdopted):
        actions.retire(run=run, at=NOON, by=by)


def test_one_taken_out_of_use_can_be_adopted_again(workspace):
    by = make_member().user
    run = actions.adopt(run=run_with(), at=NOON, by=by)
    actions.retire(run=run, at=NOON, by=by)

    assert actions.adopt(run=run, at=NOON, by=by).is_adopted


@pytest.mark.parametrize(("role", "status"), [(Role.CSM, 403), (Role.VIEWER, 403), (Role.MANAGER, 302)])
def test_only_who_configures_health_may_adopt(workspace, client, role, status):
    run = run_with()
    client.force_login(make_member(role).user)

    assert client.post(reverse("risk:run_adopt", args=[run.pk])).status_code == status
    run.refresh_from_db()
    assert run.is_adopted is (status == 302)


def test_every_account_is_scored_anew(workspace):
    from tests.risk.history import customers

    customers(2)
    by = make_member().user
    run = actions.adopt(run=run_with(), at=NOON, by=by)
    assert Effect.objects.filter(kind=actions.CHUNK_EFFECT).count() == 1

    actions.retire(run=run, at=NOON, by=by)
    assert Effect.objects.filter(kind=actions.CHUNK_EFFECT).count() == 2
