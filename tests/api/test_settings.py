"""What there is once in a workspace: read, and changed where a page changes it."""

import pytest
from django.test import Client

from alerts import queries as alert_queries
from expectations import actions as expectation_actions
from health.models import HealthProfile
from health.parts import DEFAULT_WEIGHTS, PARTS
from lib.time import now
from outbox.models import Effect
from surveys.models import SurveySettings
from tests.api.conftest import Api, errors, make_token
from tests.api.rows import one_of_each
from tests.builders import NOON, make_expectation, make_member
from workspaces import actions as workspace_actions
from workspaces.capabilities import Role
from workspaces.models import AuditEvent, Invitation

WEIGHTS = dict(DEFAULT_WEIGHTS)
ASKING = {
    "is_on": True,
    "sender_name": "",
    "quiet_days": 7,
    "account_cap": 0,
    "daily_cap": 0,
    "hours_from": 9,
    "hours_until": 17,
    "effort_score": "mean",
}


@pytest.fixture
def admin(workspace) -> Api:
    by = make_member(Role.ADMIN).user
    return Api(workspace_actions.issue_token(name="Admin", scopes=["write", "admin:write"], at=NOON, by=by)[1])


@pytest.mark.parametrize(
    ("path", "reads"),
    [
        ("health", set(Role)),
        ("surveys", {Role.MANAGER, Role.ADMIN}),
        ("retention", {Role.ADMIN}),
    ],
)
def test_who_reads_and_who_changes(workspace, path, reads):
    for role in Role:
        client = Client()
        client.force_login(make_member(role).user)
        address = f"/api/v1/{path}/settings/"
        assert client.get(address).status_code == (200 if role in reads else 403)
        changes = {Role.ADMIN} | ({Role.MANAGER} if path != "retention" else set())
        changed = client.patch(address, {}, content_type="application/json")
        assert changed.status_code == (200 if role in changes else 403)


@pytest.mark.parametrize("path", ["health", "surveys", "retention"])
def test_a_token_needs_the_scope_of_the_area(workspace, path):
    reader = Api(make_token(f"{'admin' if path == 'retention' else path}:read"))
    assert reader.get(f"{path}/settings/").status_code == 200
    assert reader.patch(f"{path}/settings/", {}).status_code == 403
    assert Api(make_token("metrics:write")).get(f"{path}/settings/").status_code == 403


# ------------------------------------------------------------------------------------------- health
def test_weights_are_read_and_changed(admin):
    before = admin.get("health/settings/").json()
    assert before == {"weights": WEIGHTS, "rules_off": [], "changed_at": None, "changed_by": None}
    changed = admin.patch("health/settings/", {"weights": {"engagement": 20, "adoption": 15}}).json()
    assert changed["weights"] == WEIGHTS | {"engagement": 20, "adoption": 15}
    assert changed["changed_by"].endswith("@vendor.example")
    assert Effect.objects.filter(kind="health.recompute").exists()
    assert AuditEvent.objects.filter(kind="health.weighed").count() == 1

    body = {"weights": WEIGHTS, "rules_off": ["score_band", "score_band"]}
    assert admin.put("health/settings/", body).json()["rules_off"] == ["score_band"]
    assert alert_queries.rules_off() == ["score_band"]


@pytest.mark.parametrize(
    ("method", "body", "said"),
    [
        ("patch", {"weights": {"engagement": 20}}, {"weights": ["The weights must total 100; these total 110."]}),
        ("patch", {"weights": {"engagement": 101}}, {"weights.engagement"}),
        ("patch", {"rules_off": ["made_up"]}, {"rules_off.0"}),
        ("put", {"weights": {}, "rules_off": []}, {f"weights.{key}" for key in PARTS}),
        ("put", {}, {"weights", "rules_off"}),
    ],
)  # fmt: skip
def test_weights_that_cannot_be_are_named(admin, method, body, said):
    refused = admin.send(method.upper(), "health/settings/", body)
    assert refused.status_code == 400
    assert errors(refused) == said if isinstance(said, dict) else set(errors(refused)) == said
    assert not HealthProfile.objects.exclude(changed_at=None).exists()


def test_the_days_of_the_workspace_are_listed(admin):
    one_of_each()
    today = now().date().isoformat()
    (day,) = admin.get("health/days/", since=today).json()["results"]
    assert (day["day"], day["healthy"] + day["watch"] + day["at_risk"] + day["no_band"] > 0) == (today, True)
    assert admin.get("health/days/", until=today).json()["results"] == []


# ------------------------------------------------------------------------------------------- surveys
def test_survey_settings_are_read_and_changed(admin):
    assert admin.get("surveys/settings/").json() == ASKING
    assert admin.patch("surveys/settings/", {"quiet_days": 30}).json() == ASKING | {"quiet_days": 30}
    off = ASKING | {"is_on": False, "sender_name": "Acme"}
    assert admin.put("surveys/settings/", off).json() == off
    assert SurveySettings.objects.get().is_on is False
    assert AuditEvent.objects.filter(kind="survey_settings.changed").count() == 2
    for wrong in (
        {"quiet_days": 366},
        {"account_cap": -1},
        {"hours_from": 24},
        {"effort_score": "x"},
        {"hours_until": 9},
    ):
        assert list(errors(admin.patch("surveys/settings/", wrong))) == list(wrong)
    assert set(errors(admin.put("surveys/settings/", {}))) == set(ASKING)


# ------------------------------------------------------------------------------------------- retention
def test_retention_is_read_and_changed_kind_by_kind(admin):
    before = admin.get("retention/settings/").json()["days"]
    assert (before["bulk_rows"], before["timeline"]) == (90, None)
    changed = admin.patch("retention/settings/", {"days": {"bulk_rows": 30}}).json()["days"]
    assert changed == before | {"bulk_rows": 30}
    assert AuditEvent.objects.get(kind="retention.changed").detail == {"bulk_rows": 30}
    assert admin.patch("retention/settings/", {"days": {"bulk_rows": None}}).json()["days"]["bulk_rows"] is None


def test_days_that_cannot_be_are_named(admin):
    said = {"made_up": 5, "webhook_messages": None, "audit_trail": 12, "import_files": 366, "bulk_rows": 0}
    assert set(errors(admin.patch("retention/settings/", {"days": said}))) == {"days.bulk_rows"}
    del said["bulk_rows"]
    assert errors(admin.patch("retention/settings/", {"days": said})) == {
        "days.made_up": ["There is no such kind of data."],
        "days.webhook_messages": ["This cannot be kept for good: give a number of days."],
        "days.audit_trail": ["From 90 to 36500 days."],
        "days.import_files": ["From 1 to 365 days."],
    }
    assert not AuditEvent.objects.filter(kind="retention.changed").exists()


# ------------------------------------------------------------------------------------------- links and invitations
def test_an_invitation_is_withdrawn(admin):
    by = make_member(Role.ADMIN).user
    invited = workspace_actions.invite(email="new@vendor.example", role="csm", at=now(), by=by)
    (shown,) = admin.get("member-invitations/").json()["results"]
    assert (shown["id"], shown["email"], shown["role"], shown["revoked_at"]) == (
        invited.pk, "new@vendor.example", "csm", None,
    )  # fmt: skip
    assert admin.get(f"member-invitations/{invited.pk}/").json() == shown
    assert admin.post(f"member-invitations/{invited.pk}/withdraw/").json()["revoked_at"] is not None
    assert admin.post(f"member-invitations/{invited.pk}/withdraw/").status_code == 404
    assert Invitation.objects.get().revoked_at is not None


def test_a_link_to_acknowledge_is_withdrawn(admin):
    one = make_expectation()
    link, _token = expectation_actions.ask(account=one.account, expectation_ids=[one.pk], at=now(), by=None)
    (shown,) = admin.get("expectation-links/", account=one.account_id).json()["results"]
    assert (shown["id"], shown["expectations"], shown["revoked_at"]) == (link.pk, [one.pk], None)
    assert "token_hash" not in shown
    assert admin.get("expectation-links/", account=10**15).json()["results"] == []
    path = f"expectation-links/{link.pk}"
    withdrawn = admin.post(f"{path}/withdraw/").json()["revoked_at"]
    assert withdrawn is not None
    assert admin.post(f"{path}/withdraw/").json()["revoked_at"] == withdrawn
