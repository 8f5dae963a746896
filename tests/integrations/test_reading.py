"""What each adapter reads out of a whole body, and the ways of reading that they share."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.helpdesks import (
    connectwise,
    mapped,
    pointers,
    reading,
    signing,
)
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent
from integrations.kinds import KINDS
from tests.builders import NOON
from tests.integrations import desks
from tests.integrations.desks import MAPPING

OPENED = datetime(2026, 6, 14, 8, tzinfo=UTC)
MEI = {"requester_email": "mei@cedar.example", "requester_name": "Mei Chen", "requester_id": "9"}
PIA = {"agent_name": "Pia Sommer", "agent_email": "pia@vendor.example"}
CEDAR = {"organization_id": "77", "organization_name": "Cedar Logistics"}
CLOSED = {"ticket_id": "4711", "is_closed": True, "subject": "Printer on fire"}


def read(kind: str, payload, options=None, headers=None) -> TicketEvent | None:
    return KINDS[kind].adapter.parse(headers or {}, payload, options or {})


def test_zendesks_event_is_read_whole():
    told_at = NOON.replace(microsecond=672717)
    assert read("zendesk", desks.zendesk("closed", 0)) == TicketEvent(
        **CLOSED,
        number="4711",
        opened_at=OPENED,
        closed_at=told_at,
        updated_at=told_at,
        requester_id="9",
        organization_id="77",
        priority="low",
        topic="problem",
        tags=(),
    )


def test_zendesks_trigger_is_read_whole():
    assert read("zendesk", desks.zendesk_trigger("closed", 0)) == TicketEvent(
        **(CLOSED | {"subject": ""}),
        **MEI,
        **PIA,
        **CEDAR,
        number="4711",
        url="https://northwind.zendesk.com/agent/tickets/4711",
        opened_at=OPENED,
        updated_at=NOON,
        requester_locale="de",
        priority="urgent",
        topic="question",
        tags=("vip",),
    )


def test_freshdesk_is_read_whole():
    assert read("freshdesk", desks.freshdesk("closed", 0)) == TicketEvent(
        **CLOSED,
        **(MEI | {"requester_id": ""}),
        **PIA,
        organization_name="Cedar Logistics",
        number="4711",
        url="https://cedar.freshdesk.example/helpdesk/tickets/4711",
        priority="high",
        topic="problem",
    )


def test_chatwoot_is_read_whole():
    changed_at = NOON.replace(microsecond=250000)
    assert read("chatwoot", desks.chatwoot("closed", 0), {"site": "https://chat.example"}) == TicketEvent(
        **CLOSED,
        **MEI,
        **PIA,
        number="4711",
        url="https://chat.example/app/accounts/3/conversations/4711",
        opened_at=OPENED,
        closed_at=changed_at,
        updated_at=changed_at,
        requester_locale="de",
        priority="normal",
        tags=(),
    )


def test_freescout_is_read_whole():
    headers, options = {"x-freescout-event": "convo.status"}, {"site": "https://help.example"}
    assert read("freescout", desks.freescout("closed", 0), options, headers) == TicketEvent(
        **CLOSED,
        **MEI,
        **PIA,
        number="211",
        url="https://help.example/conversation/4711",
        opened_at=OPENED,
        closed_at=NOON,
        updated_at=NOON,
    )


def test_jira_is_read_whole():
    assert read("jira", desks.jira("closed", 0)) == TicketEvent(
        **CLOSED,
        **(MEI | {"requester_id": "5b9"}),
        **CEDAR,
        agent_name="Pia Sommer",
        number="SUP-211",
        url="https://cedar.atlassian.example/browse/SUP-211",
        opened_at=OPENED,
        closed_at=NOON,
        updated_at=NOON,
        priority="urgent",
        topic="request",
    )


def test_hubspot_is_read_whole():
    assert read("hubspot", desks.hubspot("closed", 0)[0]) == TicketEvent(
        **(CLOSED | {"subject": ""}),
        number="4711",
        url="https://app.hubspot.com/contacts/33/ticket/4711",
        closed_at=NOON,
        updated_at=NOON,
    )


def test_connectwise_is_read_whole():
    site = "https://na.myconnectwise.example"
    assert read("connectwise", desks.connectwise("closed", 0), {"site": site}) == TicketEvent(
        **CLOSED,
        **MEI,
        **CEDAR,
        agent_name="Pia Sommer",
        number="4711",
        url=f"{site}{connectwise.PAGE}4711",
        opened_at=OPENED,
        closed_at=NOON,
        updated_at=NOON,
        priority="normal",
        topic="request",
    )


def test_mapped_is_read_whole():
    assert read("mapped", desks.mapped("closed", 0), {"mapping": MAPPING}) == TicketEvent(
        **CLOSED,
        **(MEI | {"requester_id": ""}),
        organization_name="Cedar Logistics",
        opened_at=OPENED,
        updated_at=NOON,
        priority="high",
        topic="problem",
    )


# ------------------------------------------------------------------------------------------------- tokens
@pytest.mark.parametrize(
    ("headers", "is_known"),
    [
        ({"x-ninefold-token": "s3cret"}, True),
        ({"authorization": "Bearer s3cret"}, True),
        ({"authorization": "bearer  s3cret"}, True),
        ({"authorization": "Basic YW55Ym9keTpzM2NyZXQ="}, True),  # anybody:s3cret
        ({"authorization": "Basic czNjcmV0"}, False),  # no colon
        ({"authorization": "Basic !!"}, False),
        ({"authorization": "Basic /w=="}, False),
        ({"authorization": "Digest s3cret"}, False),
        ({"authorization": "s3cret"}, False),
        ({"x-ninefold-token": "S3cret"}, False),
        ({}, False),
    ],
)
def test_where_a_secret_may_come_along(headers, is_known):
    assert signing.has_token(Delivery(headers, b"", NOON), "s3cret") is is_known
    assert not signing.has_token(Delivery(headers, b"", NOON), "")


# ------------------------------------------------------------------------------------------------- mapped
def test_a_mapping_without_a_status_means_closed():
    mapping = {"paths": {"ticket_id": "/id"}}
    assert read("mapped", {"id": 7}, {"mapping": mapping}).is_closed
    assert read("mapped", {"id": None}, {"mapping": mapping}) is None
    assert read("mapped", {"id": 7}, {}) is None


def test_a_mapped_status_may_be_true_or_false_and_merged_counts_first():
    mapping = {"paths": {"ticket_id": "/id", "status": "/done"}, "closed": ["True"], "merged": ["gone"]}
    states = {value: read("mapped", {"id": 7, "done": value}, {"mapping": mapping}) for value in (True, False, "Gone")}
    assert [(event.is_closed, event.is_merged) for event in states.values()] == [
        (True, False),
        (False, False),
        (True, True),
    ]
    assert read("mapped", {"id": 7}, {"mapping": mapping}) is None


def test_a_mapped_delivery_is_proved_in_any_of_four_ways():
    body, secret = b"{}", desks.WHSEC
    digest = desks.hexadecimal(body, secret)
    for headers in (
        {"x-ninefold-token": secret},
        {"authorization": f"Bearer {secret}"},
        {"x-hub-signature-256": f"sha256={digest}"},
        {"x-signature": digest},
        desks.generic_headers(body, secret, "m", NOON),
    ):
        assert mapped.verify(Delivery(headers, body, NOON), secret)
        assert not mapped.verify(Delivery(headers, body, NOON), "")
        assert not mapped.verify(Delivery(headers, body, NOON), secret[:-1] + "x")


def test_a_mapped_delivery_is_known_by_its_id_or_its_minute():
    key = mapped.delivery_key(Delivery({"webhook-id": "m"}, b"{}", NOON))
    assert key == mapped.delivery_key(Delivery({"webhook-id": "m"}, b"{}", NOON + timedelta(hours=1)))
    assert key != mapped.delivery_key(Delivery({"webhook-id": "m"}, b"[]", NOON))
    assert mapped.delivery_key(Delivery({}, b"{}", NOON)).startswith("202606151200:")


def test_places_in_a_body():
    body = {"a": {"b/c": [1, {"d~": None}]}, "": "x", "e": {}, "f\n": 1}
    assert pointers.leaves(body) == {"/a/b~1c/0": 1, "/a/b~1c/1/d~0": None, "/": "x"}
    assert pointers.at(body, "/a/b~1c/0") == 1
    assert pointers.at(body, "/") == "x"
    for nowhere in ("", "/a/b~1c/2", "/a/b~1c/x", "/a/b~1c/9999999", "/x/y", "/a/b~1c/0/1"):
        assert pointers.at(body, nowhere) is None


def test_places_are_limited_in_number_depth_and_length():
    deep: object = 1
    for _ in range(2000):
        deep = [deep]
    assert pointers.leaves({"deep": deep, "x" * 400: 1}) == {}
    assert len(pointers.leaves({"many": list(range(5000))})) == pointers.MOST_LEAVES


# ------------------------------------------------------------------------------------------------- values
@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        (1781524800, NOON),
        ("1781524800", NOON),
        (1781524800000, NOON),
        ("1781524800000", NOON),
        (1781524800.0, NOON),
        (0, None),
        (-5, None),
        (True, None),
        ("soon", None),
        ("٣٣٣٣٣٣٣٣٣", None),
        (10**400, None),
        (float("inf"), None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_numbers_of_seconds(value, read_as):
    assert reading.epoch(value) == read_as


def test_words_and_plain_values():
    assert (reading.word(True), reading.word(" Done "), reading.word(None), reading.word(4)) == (
        "true",
        "done",
        "",
        "4",
    )
    assert reading.words(["A", None, 4, ""]) == {"a", "4"}
    assert reading.words("closed") == set()
    nested = {"a\0": {"b": [1, True, None, "\ud800x", {"c": {"d": 1}}, [[[]]]]}, "n": 1.5}
    assert reading.plain(nested) == {"a": {"b": ["1", True, None, "x", {"c": {}}, [[]]]}, "n": ""}


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("zendesk", ("detail", "tags"), ["billing", "vip"]),
        ("zendesk_trigger", ("ticket", "tags"), "billing vip"),
        ("freshdesk", ("freshdesk_webhook", "ticket_tags"), "billing, vip"),
        ("chatwoot", ("labels",), ["billing", "vip", "vip"]),
        ("freescout", ("_embedded", "tags"), [{"id": 1, "name": "billing"}, {"id": 2, "name": "vip"}]),
        ("zammad", ("ticket", "tags"), ["billing", "vip", None, {}, "\0"]),
        ("jira", ("issue", "fields", "labels"), ["billing", "vip"]),
        ("generic", ("data", "tags"), ["billing", "vip"]),
    ],
)
def test_the_desks_own_tags_are_read(name, place, value):
    payload = getattr(desks, name)("closed", 0)
    *path, last = place
    part = payload
    for step in path:
        part = part[step]
    part[last] = value
    headers = {"x-freescout-event": "convo.status_updated"}
    assert read(name.removesuffix("_trigger"), payload, headers=headers).tags == ("billing", "vip")
    part[last] = 7
    assert read(name.removesuffix("_trigger"), payload, headers=headers).tags is None
