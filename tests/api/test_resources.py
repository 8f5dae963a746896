"""What pages show beside customers' own data: read, filtered, and done over the API."""

import pytest
from django.test import Client

from expectations.models import Expectation
from imports.models import Import
from integrations.models import Connection, InboxEvent
from journeys.models import StageMove
from lib.time import now
from outbox.models import Effect
from reviews.models import ActionItem, Review, ShareLink
from surveys.models import Wave
from tests.api.conftest import Api, detail, errors, make_token, problem
from tests.api.rows import one_of_each
from tests.builders import (
    NOON,
    make_account,
    make_contact,
    make_contract,
    make_delivery,
    make_endpoint,
    make_expectation,
    make_member,
    make_review,
    make_user,
    make_workspace,
)
from webhooks.actions import endpoints as endpoint_actions
from webhooks.models import Endpoint
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import ApiToken

FILTERS = [
    ("facts", {"kind": "account.created"}, {"kind": "made.up"}),
    ("facts", {"since": "2020-01-01T00:00:00Z"}, {"until": "2020-01-01T00:00:00Z"}),
    ("stage-moves", {"to_stage": "loyalty"}, {"to_stage": "churn"}),
    ("stage-moves", {"since": "2020-01-01T00:00:00Z"}, {"until": "2020-01-01T00:00:00Z"}),
    ("expectations", {"open": "true"}, {"outcome": "kept"}),
    ("expectations", {"kind": "promise"}, {"due_before": "2000-01-01"}),
    ("pulses", {"step": 4}, {"step": 1}),
    ("pulses", {"since": "2020-01-01T00:00:00Z"}, {"until": "2020-01-01T00:00:00Z"}),
    ("dismissals", {}, {"account": 10**15}),
    ("plans", {"current": "true"}, {"current": "false"}),
    ("goals", {"open": "true"}, {"due_before": "2000-01-01"}),
    ("goal-readings", {}, {"goal": 10**15}),
    ("milestones", {"open": "true"}, {"phase": "renewal"}),
    ("playbooks", {"in_use": "true"}, {"in_use": "false"}),
    ("plays", {"running": "true"}, {"running": "false"}),
    ("plays", {}, {"playbook": 10**15}),
    ("plays", {}, {"ended_how": "stopped"}),
    ("tasks", {"open": "true"}, {"open": "false"}),
    ("tasks", {}, {"play": 10**15}),
    ("tasks", {}, {"assignee": 10**15}),
    ("tasks", {}, {"due_before": "2000-01-01"}),
    ("comments", {"feeling": "negative"}, {"feeling": "positive"}),
    ("comments", {"source": "answer"}, {"source": "ticket"}),
    ("comments", {}, {"theme": 10**15}),
    ("improvements", {}, {"theme": 10**15}),
    ("improvements", {}, {"due_before": "2000-01-01"}),
    ("content", {"kind": "video"}, {"url": "https://learn.example/none"}),
    ("content", {"retired": "false"}, {"retired": "true"}),
    ("content", {}, {"metric": "none"}),
    ("completions", {"completed": "false"}, {"completed": "true"}),
    ("completions", {"since": "2020-01-01T00:00:00Z"}, {"item": 10**15}),
    ("completions", {}, {"contact": 10**15}),
    ("bulk-changes", {"kind": "tag"}, {"kind": "owner"}),
    ("expectation-links", {}, {"account": 10**15}),
    ("survey-invitations", {"sent": "true"}, {"sent": "false"}),
    ("survey-invitations", {"metric": "csat"}, {"wave": 10**15}),
    ("survey-refusals", {"reason": "quiet"}, {"reason": "staff"}),
    ("surveys", {"kind": "nps"}, {"retired": "true"}),
    ("survey-questions", {"retired": "false"}, {"retired": "true"}),
    ("survey-silences", {"at_least": 2}, {"at_least": 4}),
    ("reviews", {"held": "false"}, {"held": "true"}),
    ("reviews", {"year": 2001}, {"year": 2099}),
    ("review-actions", {"open": "true"}, {"open": "false"}),
    ("review-links", {}, {"review": 10**15}),
    ("icp-fits", {"below": 51}, {"below": 50}),
    ("webhook-deliveries", {"state": "waiting"}, {"state": "failed"}),
    ("webhook-deliveries", {}, {"webhook": 10**15}),
    ("chat-messages", {"state": "delivered"}, {"state": "failed"}),
    ("chat-messages", {}, {"chat": 10**15}),
    ("connections", {"open": "true"}, {"open": "false"}),
    ("deliveries", {"state": "processed"}, {"state": "unmatched"}),
    ("imports", {"kind": "accounts"}, {"kind": "metrics"}),
    ("imports", {"done": "false"}, {"done": "true"}),
    ("members", {"role": "csm"}, {"role": "viewer"}),
    ("audit-events", {"kind": "token.issued"}, {"kind": "made.up"}),
    ("stuck-work", {"state": "dead"}, {"state": "in_doubt"}),
    ("answer-revisions", {}, {"answer": 10**15}),
    ("answer-revisions", {}, {"account": 10**15}),
    ("answers", {"counted": "true"}, {"counted": "false"}),
    ("complaint-peers", {}, {"reply": "fine"}),
    ("complaint-peers", {}, {"complaint": 10**15}),
    ("erased-people", {}, {"account": 10**15}),
    ("mails", {"to": "MEI0@cedar.example", "sent": "false"}, {"to": "other@cedar.example"}),
    ("mails", {"since": "2020-01-01T00:00:00Z"}, {"sent": "true"}),
    ("suppressed-addresses", {"address": "mei0@cedar.example"}, {"address": "other@cedar.example"}),
    ("suppressed-addresses", {"reason": "bounced"}, {"reason": "complained"}),
    ("survey-holds", {"open": "true", "kind": "dispute"}, {"open": "false"}),
    ("survey-versions", {}, {"survey": 10**15}),
    ("survey-wishes", {"kind": "call"}, {"kind": "referral"}),
    ("survey-wishes", {"since": "2020-01-01T00:00:00Z"}, {"until": "2020-01-01T00:00:00Z"}),
    ("theme-rereadings", {}, {"cursor": "cD05OTk5OTk5"}),
    ("theme-suggestions", {}, {"cursor": "cD05OTk5OTk5"}),
    ("weights-changes", {}, {"profile": 10**15}),
]


@pytest.fixture
def admin(workspace) -> Api:
    text = workspace_actions.issue_token(
        name="Admin", scopes=["write", "admin:write"], at=NOON, by=make_member(Role.ADMIN).user
    )[1]
    return Api(text)


def test_a_filter_finds_what_is_so_and_nothing_else(admin, subtests):
    one_of_each()
    for path, some, none in FILTERS:
        with subtests.test(path, some=some, none=none):
            assert admin.get(f"{path}/", **some).json()["results"] != []
            assert admin.get(f"{path}/", **none).json()["results"] == []


def test_one_is_read_as_the_list_shows_it_and_another_workspaces_is_not_there(admin, subtests):
    one_of_each()
    with tenancy.entered(make_workspace("Other").pk):
        stranger = Api(make_token("read", "admin:read"))
    for path in sorted({path for path, _some, _none in FILTERS} - {"icp-fits"}):
        with subtests.test(path):
            listed = admin.get(f"{path}/").json()["results"][0]
            shown = admin.get(f"{path}/{listed['id']}/")
            assert shown.status_code == 200
            assert listed.items() <= shown.json().items()
            assert stranger.get(f"{path}/{listed['id']}/").status_code == 404
            assert listed["id"] not in [row["id"] for row in stranger.get(f"{path}/").json()["results"]]


ADMINISTRATION = [
    "connections",
    "webhooks",
    "webhook-deliveries",
    "chats",
    "chat-messages",
    "members",
    "member-invitations",
    "tokens",
    "audit-events",
    "stuck-work",
    "mails",
    "suppressed-addresses",
    "erased-people",
]


@pytest.mark.parametrize("path", [*ADMINISTRATION, "bulk-changes", "deliveries", "imports"])
def test_what_only_some_pages_show_only_some_members_read(workspace, path):
    statuses = {}
    for role in Role:
        client = Client()
        client.force_login(make_member(role).user)
        statuses[role] = client.get(f"/api/v1/{path}/").status_code
    assert statuses[Role.ADMIN] == 200
    assert statuses[Role.VIEWER] == 403
    assert statuses[Role.CSM] == (403 if path in ADMINISTRATION else 200)


# ------------------------------------------------------------------------------------------- timeline
def test_a_fact_is_told_in_words_too(api):
    account = make_account()
    api.patch(f"accounts/{account.pk}/", {"industry": "Print"})
    changed = api.get("facts/", account=account.pk, kind="account.changed").json()["results"][0]
    assert changed["data"] == {"fields": ["industry"]}
    assert changed["sentence"] != "account.changed"


def test_tags_are_counted(api):
    api.post("accounts/", {"name": "A", "tags": ["Pilot"]})
    api.post("accounts/", {"name": "B", "tags": ["pilot", "West"]})
    assert [(tag["name"], tag["accounts"]) for tag in api.get("tags/").json()["results"]] == [("Pilot", 2), ("West", 1)]


# ------------------------------------------------------------------------------------------- stages, contracts
def test_an_account_is_moved_once(api):
    account = make_account(stage="use")
    body = {"account": account.pk, "to_stage": "churn", "reason": "They told us"}
    moved = api.post("stage-moves/", body)
    assert moved.status_code == 201
    assert (moved.json()["from_stage"], moved.json()["words"], moved.json()["rule"]) == ("use", "They told us", "")
    again = api.post("stage-moves/", body)
    assert (again.status_code, detail(again)) == (409, "The account is in this stage already.")
    assert list(errors(api.post("stage-moves/", body | {"reason": " "}))) == ["reason"]
    assert StageMove.objects.count() == 1


def test_a_contract_is_renewed_once(api):
    old = make_contract(make_account())
    body = {"name": "Next year", "starts_on": "2027-01-01", "ends_on": "2028-01-01", "seats": 5}
    path = f"contracts/{old.pk}/renew/"
    assert list(errors(api.post(path, body | {"starts_on": "2026-06-01"}))) == ["starts_on"]
    assert list(errors(api.post(path, body | {"ends_on": "2027-01-01"}))) == ["ends_on"]
    renewal = api.post(path, body)
    assert (renewal.status_code, renewal.json()["renewed_from"], renewal.json()["seats"]) == (201, old.pk, 5)
    assert api.post(path, body).status_code == 409


# ------------------------------------------------------------------------------------------- expectations
def test_a_promise_is_made_explained_kept_and_stands(api):
    account = make_account()
    contract, stranger = make_contract(account), make_contract(make_account())
    body = {"account": account.pk, "kind": "promise", "wording": "Answer in 4 hours", "made_on": "2026-06-01"}
    assert list(errors(api.post("expectations/", body | {"contract": stranger.pk}))) == ["contract"]
    assert list(errors(api.post("expectations/", body | {"due_on": "2026-05-31"}))) == ["due_on"]
    made = api.post("expectations/", body | {"contract": contract.pk}).json()
    path = f"expectations/{made['id']}"
    contact, other = make_contact(account), make_contact(make_account())
    assert list(errors(api.post(f"{path}/explain/", {"on": "2026-06-02", "to": other.pk}))) == ["to"]
    assert list(errors(api.post(f"{path}/explain/", {"on": "2199-01-01"}))) == ["on"]
    explained = api.post(f"{path}/explain/", {"on": "2026-06-02", "to": contact.pk}).json()
    assert (explained["explained_on"], explained["explained_to"]) == ("2026-06-02", contact.pk)
    assert list(errors(api.post(f"{path}/settle/", {"outcome": "changed", "evidence": "x"}))) == ["outcome"]
    kept = api.post(f"{path}/settle/", {"outcome": "kept", "evidence": "Ticket report"}).json()
    assert (kept["outcome"], kept["evidence"]) == ("kept", "Ticket report")
    for action, said in (
        ("explain", {"on": "2026-06-02"}),
        ("settle", {"outcome": "broken", "evidence": "x"}),
        ("change", {"wording": "x", "evidence": "x"}),
    ):
        assert api.post(f"{path}/{action}/", said).status_code == 409


def test_a_promise_that_is_changed_is_followed_by_another(api):
    old = make_expectation()
    body = {"wording": "In 8 hours", "evidence": "Call with Kim", "due_on": "2026-09-01"}
    new = api.post(f"expectations/{old.pk}/change/", body).json()
    assert (new["replaces"], new["wording"], new["due_on"]) == (old.pk, "In 8 hours", "2026-09-01")
    assert Expectation.objects.get(pk=old.pk).outcome == "changed"


# ------------------------------------------------------------------------------------------- surveys, reviews
def test_a_wave_is_started(api):
    account = make_account()
    body = {"name": "Summer", "accounts": [account.pk, 10**15], "roles": ["decision_maker", "champion"]}
    started = api.post("survey-waves/", body)
    assert (started.status_code, started.json()["accounts"]) == (201, [account.pk])
    assert Effect.objects.filter(kind="surveys.send_wave").count() == 1
    assert errors(api.post("survey-waves/", body | {"accounts": [10**15]})) == {
        "accounts": ["None of these accounts is here."]
    }
    assert Wave.objects.count() == 1


def test_a_review_is_opened_commented_prepared_and_held(api):
    account = make_account()
    body = {"account": account.pk, "year": 2026, "quarter": 2}
    first, second = api.post("reviews/", body), api.post("reviews/", body)
    assert (first.status_code, second.status_code) == (201, 200)
    path = f"reviews/{first.json()['id']}"
    commented = api.post(f"{path}/comment/", {"section": "risks", "text": "Their champion leaves"}).json()
    assert commented["commentary"] == {"risks": "Their champion leaves"}
    assert api.post(f"{path}/prepare/").json()["state"] == "prepared"
    assert api.post(f"{path}/hold/", {"attendees": "Kim, Mei"}).json()["state"] == "held"
    for action, said in (("comment", {"section": "risks", "text": "x"}), ("prepare", {}), ("hold", {})):
        assert api.post(f"{path}/{action}/", said).status_code == 409
    assert Review.objects.count() == 1


def test_a_promise_of_a_review_is_kept_or_not(api):
    review = make_review()
    body = {"review": review.pk, "text": "Train them", "customer_owner": "Kim", "due_on": "2026-09-01"}
    made = api.post("review-actions/", body).json()
    assert (made["account"], made["owner"], made["customer_owner"]) == (review.account_id, None, "Kim")
    assert api.post(f"review-actions/{made['id']}/complete/").json()["done_at"] is not None
    assert api.post(f"review-actions/{made['id']}/reopen/").json()["done_at"] is None
    assert ActionItem.objects.count() == 1


def test_a_link_is_revoked(api):
    one_of_each()
    link = ShareLink.objects.get()
    assert "token_hash" not in api.get(f"review-links/{link.pk}/").json()
    assert api.post(f"review-links/{link.pk}/revoke/").json()["revoked_at"] is not None


# ------------------------------------------------------------------------------------------- what came in, went out
def test_an_import_tells_its_counts(api):
    one_of_each()
    source = Import.objects.get()
    shown = api.get(f"imports/{source.pk}/").json()
    assert shown["checked"] == shown["written"] == {"new": 0, "changed": 0, "same": 0, "refused": 0}
    assert (shown["file_name"], shown["rows"]) == ("accounts.csv", 1)


def test_an_unmatched_delivery_is_given_to_an_account_or_dismissed(admin):
    one_of_each()
    account = make_account("Elm")
    first, second = (
        InboxEvent.objects.create(
            connection=Connection.objects.get(),
            delivery_key=key,
            body=b"{}",
            received_at=now(),
            state="unmatched",
            domain=f"{key}.example",
        )
        for key in ("a", "b")
    )
    assert errors(admin.post(f"deliveries/{first.pk}/assign/", {"account": 10**9})).keys() == {"account"}
    body = {"account": account.pk, "remember_domain": True}
    assert admin.post(f"deliveries/{first.pk}/assign/", body).json() == {"count": 1}
    account.refresh_from_db()
    assert (InboxEvent.objects.get(pk=first.pk).account_id, account.domains) == (account.pk, ["a.example"])
    assert admin.post(f"deliveries/{first.pk}/assign/", body).status_code == 409

    assert admin.post(f"deliveries/{second.pk}/dismiss/").json()["state"] == "dismissed"
    assert admin.post(f"deliveries/{second.pk}/dismiss/").status_code == 409
    InboxEvent.objects.filter(pk=second.pk).update(state="unmatched", purged_at=now())
    assert admin.post(f"deliveries/{second.pk}/assign/", body).status_code == 409


def test_secrets_and_bodies_stay_inside(admin):
    one_of_each()
    connection = admin.get("connections/").json()["results"][0]
    assert not {"secret", "token_hash", "api_token", "options"} & set(connection)
    delivery = admin.get("deliveries/").json()["results"][0]
    assert not {"body", "headers", "found"} & set(delivery)
    assert InboxEvent.objects.count() == 1
    assert not {"token_hash"} & set(admin.get("tokens/").json()["results"][0])


def test_a_webhooks_message_is_sent_again(admin):
    delivery = make_delivery(make_endpoint(), state="failed", settled_at=now(), attempts=3)
    again = admin.post(f"webhook-deliveries/{delivery.pk}/replay/").json()
    assert (again["state"], again["settled_at"]) == ("waiting", None)
    endpoint_actions.disable_endpoint(endpoint=delivery.endpoint, why=Endpoint.Why.PERSON, at=now(), by=None)
    refused = admin.post(f"webhook-deliveries/{delivery.pk}/replay/")
    assert (refused.status_code, detail(refused)) == (409, "This webhook is switched off.")


# ------------------------------------------------------------------------------------------- administration
def test_stuck_work_is_tried_again_or_given_up(admin):
    one_of_each()
    effect = Effect.objects.stuck().get()
    path = f"stuck-work/{effect.pk}"
    assert admin.post(f"{path}/replay/").json()["state"] == "ready"
    assert admin.post(f"{path}/cancel/").status_code == 404
    Effect.objects.filter(pk=effect.pk).update(state="in_doubt")
    assert admin.post(f"{path}/cancel/").json()["state"] == "cancelled"


def test_of_two_who_decide_about_work_the_second_is_told(admin, monkeypatch):
    from outbox import actions

    def fail(**_fields: object) -> None:
        raise actions.NotStuck

    one_of_each()
    path = f"stuck-work/{Effect.objects.stuck().get().pk}"
    for name, address in (("replay", "replay"), ("give_up", "cancel")):
        monkeypatch.setattr(actions, name, fail)
        assert admin.post(f"{path}/{address}/").status_code == 409


def test_a_token_revokes_another(admin):
    token, text = workspace_actions.issue_token(name="Old", scopes=["read"], at=NOON, by=make_user())
    assert admin.post(f"tokens/{token.pk}/revoke/").json()["name"] == "Old"
    assert Api(text).get("accounts/").status_code == 401
    assert admin.get(f"tokens/{token.pk}/").status_code == 404


def test_a_token_that_nobody_made_decides_nothing(workspace):
    one_of_each()
    nobody = Api(make_token("admin:write"))
    work = nobody.post(f"stuck-work/{Effect.objects.stuck().get().pk}/replay/")
    assert (work.status_code, problem(work)["code"]) == (403, "permission_denied")
    assert nobody.post(f"tokens/{ApiToken.objects.get().pk}/revoke/").status_code == 403


def test_the_audit_trail_says_who(admin):
    events = admin.get("audit-events/", kind="token.issued").json()["results"]
    assert events[0]["detail"] == {"scopes": ["write", "admin:write"]}
    assert events[0]["by"].endswith("@vendor.example")
