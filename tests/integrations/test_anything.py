"""Whatever a help desk or its API sends, what we read fits our columns, or we say why not."""

import copy
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.helpdesks import mapped, pointers, reading
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, decode, pieces
from integrations.kinds import KINDS
from integrations.models import Connection, InboxEvent
from tests.builders import NOON, make_account, make_connection
from tests.integrations.desks import BY_NAME, MAPPING
from tests.integrations.door import work

LIMITS = {
    "ticket_id": 120,
    "number": 60,
    "url": 500,
    "subject": 300,
    "requester_email": 254,
    "requester_name": 200,
    "requester_id": 120,
    "requester_locale": 10,
    "organization_id": 120,
    "organization_name": 200,
    "organization_domain": 253,
    "agent_name": 200,
    "agent_email": 254,
    "priority": 6,
    "topic": 8,
}

texts = st.text(max_size=20) | st.sampled_from(
    ["closed", "SOLVED", "4711", "2026-06-15T12:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
     "mei@cedar.example", "https://desk.example/1", "\0", "\ud800", "x" * 600, "{status:{from:2,to:5}}", "null", "[]"]
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**400) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def places(value: object, path: tuple = ()) -> list[tuple]:
    found = [path] if path else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in steps:
        found += places(inner, (*path, key))
    return found


@st.composite
def bodies(draw: st.DrawFn, name: str) -> object:
    """A real body with some of its parts replaced by anything, or gone."""
    told = copy.deepcopy(BY_NAME[name].tell(draw(st.sampled_from(["closed", "open", "gone"])), 0))
    for _ in range(draw(st.integers(0, 4))):
        *way, last = draw(st.sampled_from(places(told))) if places(told) else [None]
        part = told
        for step in way:
            part = part[step]
        if last is None:
            break
        if draw(st.booleans()):
            part[last] = draw(values)
        else:
            del part[last]
    return draw(st.just(told) | st.just(told) | values)


def check(event: TicketEvent | None) -> None:
    if event is None:
        return
    assert event.ticket_id
    assert event.is_closed or not event.is_merged
    for name, most in LIMITS.items():
        value = getattr(event, name)
        value.encode()
        assert len(value) <= most
        assert "\0" not in value
    news = event.news("zammad", NOON)
    assert news.opened_at <= news.updated_at <= NOON + timedelta(minutes=10)
    assert news.opened_at >= datetime(1970, 1, 1, tzinfo=UTC)
    assert (news.closed_at is not None) is news.is_closed


@pytest.mark.parametrize("name", sorted(BY_NAME))
@settings(max_examples=150)
@given(data=st.data())
def test_whatever_is_sent_is_read_or_refused_in_words(name, data):
    kind = KINDS[BY_NAME[name].kind]
    told = data.draw(bodies(name))
    headers = {"x-freescout-event": data.draw(st.sampled_from(["convo.status", "convo.deleted"]) | texts)}
    options = {"mapping": MAPPING, "closed": data.draw(values), "site": "https://desk.example"}
    with suppress(NotJson, Unusable):
        for body in pieces(json.dumps(told).encode()):
            assert 0 < len(kind.adapter.delivery_key(Delivery(headers, body, NOON))) <= 200
            check(kind.adapter.parse(headers, decode(body), options))


@pytest.mark.parametrize("name", sorted({desk.kind for desk in BY_NAME.values()}))
@given(body=st.binary(max_size=200), header=st.text(max_size=60), secret=st.text(max_size=30))
def test_proving_never_fails_on_anything(name, body, header, secret):
    known = "x-hub-signature x-zendesk-webhook-signature x-zendesk-webhook-signature-timestamp authorization"
    known += " x-ninefold-token x-chatwoot-signature x-chatwoot-timestamp x-freescout-signature x-content-signature"
    known += " x-hubspot-signature-v3 x-hubspot-request-timestamp webhook-id webhook-timestamp webhook-signature"
    header, secret = (text.encode("utf-8", "ignore").decode() for text in (header, secret))
    delivery = Delivery(dict.fromkeys(known.split(), header), body, NOON, "https://ninefold.example/hooks/x/")
    is_given = name in ("freshdesk", "mapped") and header == secret != ""
    assert KINDS[name].adapter.verify(delivery, secret) is is_given
    assert len(KINDS[name].adapter.delivery_key(delivery)) <= 200


@pytest.mark.parametrize("name", ["zendesk", "hubspot"])
@given(answers=st.lists(st.dictionaries(texts, values, max_size=4), min_size=4, max_size=4), data=st.data())
def test_whatever_an_api_answers_is_read(name, answers, data):
    keys = st.sampled_from(
        ["ticket", "users", "organizations", "properties", "associations", "contacts", "results", "id", "metadata"]
    )
    answers = [data.draw(st.dictionaries(keys, values | st.dictionaries(keys, values), max_size=5)) for _ in answers]
    queue = iter([*answers, {}, {}])
    asked: list[str] = []

    def get(path: str) -> dict:
        asked.append(path)
        return next(queue)

    event = TicketEvent(ticket_id="4711", is_closed=False, requester_id="9", number="4711")
    found = reading.plain(KINDS[name].directory.look_up(event, get))
    json.dumps(found).encode()
    assert all(path.startswith("/") and " " not in path and path.isascii() for path in asked)
    check(KINDS[name].directory.complete(event, found))


@given(told=st.dictionaries(texts, values, max_size=5), paths=st.dictionaries(st.sampled_from(mapped.FIELDS), texts))
def test_any_body_by_any_mapping(told, paths):
    leaves = pointers.leaves(told)
    for pointer in leaves:
        pointer.encode()
    places = {**paths, **dict(zip(mapped.FIELDS, leaves, strict=False))}
    check(mapped.parse({}, told, {"mapping": {"paths": places, "closed": ["closed"]}}))


@pytest.mark.parametrize("name", ["zendesk", "freshdesk", "hubspot", "connectwise", "mapped"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_signed_body_is_ever_a_server_error(workspace, name, data):
    desk = BY_NAME[name]
    if not Connection.objects.exists():
        connection = make_connection(desk.kind, secret=desk.secret)
        connection.options = desk.connection
        connection.save()
        make_account("Cedar Logistics")
    told = data.draw(bodies(name))
    assert desk.post(told if isinstance(told, bytes) else json.dumps(told).encode()).status_code in {200, 400}
    work()
    assert not InboxEvent.objects.filter(state=InboxEvent.State.RECEIVED).exists()
