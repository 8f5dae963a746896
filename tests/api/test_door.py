"""Who may ask, what a request may be, and pages: the same for every address."""

import gzip
import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from lib.time import now
from tests.api.conftest import Api, detail, errors, make_token, problem
from tests.api.rows import one_of_each
from tests.builders import NOON, PASSWORD, make_account, make_member, make_user
from workspaces import actions
from workspaces.capabilities import Role
from workspaces.models import ApiToken


def test_without_a_token_the_answer_says_what_is_missing(workspace):
    for response in (Client().get("/api/v1/accounts/"), Client().post("/api/v1/accounts/", {})):
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert detail(response) == "Authentication credentials were not provided."


def expired() -> str:
    return actions.issue_token(name="Old", scopes=["read"], at=NOON, by=None, expires_at=NOON)[1]


def revoked() -> str:
    token, text = actions.issue_token(name="Old", scopes=["read"], at=NOON, by=None)
    actions.revoke_token(token=token, at=NOON, by=make_user())
    return text


@pytest.mark.parametrize("make", [expired, revoked, lambda: "nf_unknown", lambda: ""])
def test_a_token_that_is_of_no_use(workspace, make):
    response = Api(make()).get("accounts/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert detail(response) == "This token is unknown, expired or revoked."


@pytest.mark.parametrize("header", ["Basic YTpi", "nf_x", "Bearer", "Bearer a b c", "Bearer \xff"])
def test_other_ways_to_authorise_are_refused(workspace, header):
    assert Client().get("/api/v1/accounts/", headers={"Authorization": header}).status_code == 401


def test_a_token_that_expires_later_works(workspace):
    text = actions.issue_token(name="New", scopes=["read"], at=NOON, by=None, expires_at=now() + timedelta(days=1))[1]
    assert Api(text).get("accounts/").status_code == 200
    assert ApiToken.objects.get().last_used_at is not None


def test_reading_and_writing_are_scopes(workspace):
    reader, writer = Api(make_token("read")), Api(make_token("write"))
    assert reader.get("accounts/").status_code == writer.get("accounts/").status_code == 200
    refused = reader.post("accounts/", {"name": "Beta"})
    assert refused.status_code == 403
    assert detail(refused) == "This token may not do that: it needs the scope accounts:write."
    assert writer.post("accounts/", {"name": "Beta"}).status_code == 201


WRITES = [
    ("accounts/", {"name": "Beta"}),
    ("contacts/", {"name": "Mei"}),
    ("contracts/", {"name": "Support", "starts_on": "2026-01-01", "ends_on": "2027-01-01"}),
    ("tickets/", {"source": "desk", "external_id": "1"}),
    ("touchpoints/", {"channel": "call", "direction": "two_way", "summary": "Hello"}),
]


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(("path", "body"), WRITES)
def test_a_session_may_what_its_role_may(workspace, role, path, body):
    account = make_account()
    client = Client()
    client.force_login(make_member(role).user)
    assert client.get(f"/api/v1/{path}").status_code == 200
    response = client.post(f"/api/v1/{path}", body | {"account": account.pk}, content_type="application/json")
    assert response.status_code == (403 if role == Role.VIEWER else 201)


def test_a_session_writes_with_csrf_only(workspace):
    user = make_member(Role.CSM).user
    client = Client(enforce_csrf_checks=True)
    client.login(email=user.email, password=PASSWORD)
    assert client.post("/api/v1/accounts/", {"name": "Beta"}, content_type="application/json").status_code == 403
    client.get("/api/v1/docs/?script=")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    response = client.post("/api/v1/accounts/", {"name": "Beta"}, content_type="application/json", headers=headers)
    assert response.status_code == 201


def test_who_acts_is_the_member_or_the_tokens_maker(workspace):
    maker = make_member().user
    text = actions.issue_token(name="Mine", scopes=["write"], at=NOON, by=maker)[1]
    body = {"account": make_account().pk, "channel": "call", "direction": "two_way", "summary": "Hello"}
    assert Api(text).post("touchpoints/", body).json()["by"] == maker.email


def test_a_signed_in_person_without_a_workspace_is_nobody(db):
    client = Client()
    client.force_login(make_user())
    assert client.get("/api/v1/accounts/").status_code == 401


# ------------------------------------------------------------------------------------------- bodies
@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1",
        "nonsense",
        '{"name": NaN}',
        '{"name": Infinity}',
        b"\xff\xfe",
        "[" * 5000,
        "[" * 300 + "]" * 300,
        '{"name": ' + "9" * 5000 + "}",
        '{"name": "\\ud800"}',
    ],
)
def test_what_is_no_json_is_refused(api, text):
    response = api.post("accounts/", text)
    assert response.status_code == 400
    assert detail(response).startswith("JSON parse error")


def test_text_of_every_plane_passes(api):
    assert api.post("accounts/", '{"name": "\\ud83d\\ude00 \\uDD"}').status_code == 400
    assert api.post("accounts/", '{"name": "\\ud83d\\ude00"}').json()["name"] == "😀"


@pytest.mark.parametrize("body", [[], [{}], "text", 5, True])
def test_what_is_no_object_is_refused(api, body):
    response = api.post("accounts/", json.dumps(body))
    assert response.status_code == 400
    assert list(errors(response)) == ["non_field_errors"]


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense"])
def test_another_media_type_is_415(api, kind):
    response = api.client.generic("POST", "/api/v1/accounts/", b"name=Beta", kind, headers=api.headers)
    assert response.status_code == 415
    assert detail(response)


@pytest.mark.parametrize("charset", ["rot13", "bz2_codec", "latin-1", "nonsense", "utf-16"])
def test_json_is_utf_8_whatever_the_header_says(api, charset):
    text = json.dumps({"name": "Grüße"}, ensure_ascii=False).encode()
    kind = f"application/json; charset={charset}"
    response = api.client.generic("POST", "/api/v1/accounts/", text, kind, headers=api.headers)
    assert response.json()["name"] == "Grüße"
    assert api.client.get("/api/v1/accounts/", content_type=kind, headers=api.headers).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_a_body_past_the_limit_is_413_and_says_the_limit(api, method):
    path = "accounts/" if method == "POST" else f"accounts/{make_account().pk}/"
    response = api.send(method, path, b'{"name": "' + b"x" * 1_048_576 + b'"}')
    assert response.status_code == 413
    assert detail(response) == "The body may hold at most 1048576 bytes."


def test_a_body_in_chunks_is_refused(api):
    headers = {**api.headers, "Transfer-Encoding": "chunked"}
    response = api.client.post("/api/v1/accounts/", headers=headers, CONTENT_LENGTH="")
    assert response.status_code == 400
    assert detail(response) == "A body needs its Content-Length; one in chunks is not read."


def test_packed_bodies_are_not_unpacked(api):
    response = api.post("accounts/", gzip.compress(b"{}"), **{"Content-Encoding": "gzip"})
    assert response.status_code == 400


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense", ""])
def test_the_answer_is_json_whatever_was_asked(api, accept):
    response = api.client.get("/api/v1/accounts/?format=xml", headers={**api.headers, "Accept": accept})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


# ------------------------------------------------------------------------------------------- addresses
def test_the_closing_slash_may_be_left_out(api):
    account = make_account()
    assert api.get("accounts").json() == api.get("accounts/").json()
    assert api.get(f"accounts/{account.pk}").json()["id"] == account.pk
    assert api.post("accounts", {"name": "Beta"}).status_code == 201
    assert Client().get("/api/v1/accounts").status_code == 401
    assert Account.objects.count() == 2


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v2/accounts/", "/api/v1/nothing", "/api/v1/accounts/1/x/"])
def test_what_has_no_address_is_404_in_json(api, path):
    for response in (api.client.get(path), api.client.post(path)):
        assert (response.status_code, detail(response)) == (404, "No such address.")


def test_a_method_that_is_not_there_is_405(api):
    path = f"/api/v1/accounts/{make_account().pk}/"
    response = api.client.delete(path, headers=api.headers)
    assert response.status_code == 405
    assert response["Allow"] == "GET, PUT, PATCH, HEAD"
    assert api.client.post("/api/v1/metrics/", headers=api.headers).status_code == 405
    assert api.client.options("/api/v1/metrics/batch/", headers=api.headers).status_code == 405
    assert api.client.head("/api/v1/accounts/", headers=api.headers).status_code == 200


# ------------------------------------------------------------------------------------------- pages
def walk(api: Api, link: str, way: str) -> list[list[int]]:
    pages = []
    while link:
        page = api.client.get(link, headers=api.headers).json()
        pages.append([row["id"] for row in page["results"]])
        link = page[way]
    return pages


def test_pages_lead_through_every_row_and_back(api):
    ids = [make_account(stage="use").pk for _ in range(5)]
    make_account(stage="churn")
    pages = walk(api, "/api/v1/accounts/?page_size=2&stage=use", "next")
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    last = api.client.get("/api/v1/accounts/?page_size=2&stage=use", headers=api.headers).json()
    assert set(last) == {"next", "previous", "results"}
    assert last["previous"] is None
    following = api.client.get(last["next"], headers=api.headers).json()
    assert walk(api, following["previous"], "previous") == [ids[:2]]


def test_rows_added_while_reading_are_not_missed(api):
    first = [make_account().pk for _ in range(3)]
    page = api.get("accounts/", page_size=2).json()
    late = make_account().pk
    assert walk(api, page["next"], "next") == [[first[2], late]]


def test_a_page_holds_at_most_200(api):
    assert api.get("accounts/", page_size=200).status_code == 200
    for size in ("201", "0", "-1", "many", "1.5", "", "9" * 5000, "٣"):
        response = api.get("accounts/", page_size=size)
        assert response.status_code == 400
        assert errors(response) == {"page_size": ["A whole number from 1 to 200."]}


@pytest.mark.parametrize(
    "inside",
    [b"p=abc", b"p=%00", b"p=1.5", b"p=" + b"9" * 5000, b"o=-1", b"o=x", b"r=x", b"p=2026-06-01", "ü".encode(), b"p="],
)
def test_a_broken_cursor_is_404(api, inside):
    response = api.get("accounts/", cursor=b64encode(inside).decode())
    assert response.status_code == 404
    assert detail(response) == "Invalid cursor"


def test_a_cursor_past_every_id_is_an_empty_page(api):
    make_account()
    for inside in (b"p=99999999999999999999999", b"p=-5&r=1", b"o=1000"):
        assert api.get("accounts/", cursor=b64encode(inside).decode()).json()["results"] == []
    assert api.get("accounts/", cursor="!!!").status_code in {200, 404}


LISTS = [
    "accounts", "contacts", "contracts", "personas", "custom-fields", "tickets", "facts", "tags", "metrics",
    "touchpoints", "stage-moves", "expectations", "content", "completions", "health", "risk", "risk-runs", "alerts",
    "answers",
    "survey-invitations", "survey-refusals", "survey-waves", "reviews", "review-actions", "review-links",
    "segments", "icp-criteria", "icp-fits", "webhooks", "webhook-deliveries", "chats", "chat-messages",
    "connections", "deliveries", "imports", "members", "tokens", "audit-events", "stuck-work",
    "plans", "goals", "goal-readings", "milestones",
    "answer-revisions", "complaint-peers", "erased-people", "icp-signing-fits", "mails", "suppressed-addresses",
    "survey-holds", "survey-versions", "survey-wishes", "theme-rereadings", "theme-suggestions", "weights-changes",
]  # fmt: skip


def test_a_list_costs_the_same_at_one_row_and_at_three(workspace, subtests):
    api = Api(make_token("read", "admin:read"))
    api.get("metrics/")  # from now on the token's last use is known
    at_one = {}
    for number in range(3):
        one_of_each()
        if number == 0:
            at_one = {path: read_list(api, path)[1] for path in LISTS}
    for path in LISTS:
        with subtests.test(path):
            found, queries = read_list(api, path)
            assert len(found) >= (1 if path == "tokens" else 3)
            assert len(queries) == len(at_one[path]), "\n".join(queries)


def read_list(api: Api, path: str) -> tuple[list[object], list[str]]:
    """The rows of a list, and what was asked of the database."""
    with CaptureQueriesContext(connection) as queries:
        page = api.get(f"{path}/").json()
    return page["results"], [query["sql"] for query in queries]


# ------------------------------------------------------------------------------------------- problems
def test_a_refusal_names_each_field_by_its_path(api):
    body = {"name": "", "tier": "huge", "external_ids": {"crm": 5, "desk": ["x"]}, "domains": ["ok.example", "no"]}
    told = api.post("accounts/", body).json()
    assert told["detail"] == "Something is wrong about: name, external_ids.crm, external_ids.desk, domains.1, tier."
    assert told | {"detail": "", "errors": {}} == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "",
        "code": "invalid",
        "errors": {},
    }
    assert told["errors"]["external_ids.desk"] == ["Not a valid string."]


def test_a_failure_of_ours_is_a_problem_too(api, monkeypatch):
    def fail(**_fields: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("accounts.actions.accounts.create_account", fail)
    api.client.raise_request_exception = False
    response = api.post("accounts/", {"name": "Alpha"})
    assert (response.status_code, problem(response)["code"]) == (500, "server_error")
    assert "disk" not in detail(response)
