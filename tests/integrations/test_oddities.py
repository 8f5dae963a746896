"""What is odd about each help desk: its statuses, its ends, its ids and what may be missing."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from integrations.helpdesks import (
    chatwoot,
    connectwise,
    freescout,
    freshdesk,
    hubspot,
    jira,
    zendesk,
)
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, pieces
from integrations.kinds import KINDS
from tests.builders import NOON, zammad_ticket
from tests.integrations import desks


def read(kind: str, payload, options=None, headers=None) -> TicketEvent | None:
    return KINDS[kind].adapter.parse(headers or {}, payload, options or {})


# ------------------------------------------------------------------------------------------------- Zendesk
VECTOR = {
    "x-zendesk-webhook-signature-timestamp": "2021-07-25T10:00:00Z",
    "x-zendesk-webhook-signature": "Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk=",
}
VECTOR_SECRET = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA="
VECTOR_AT = datetime(2021, 7, 25, 10, tzinfo=UTC)


def test_zendesk_signs_the_time_before_the_body_and_not_the_other_way_round():
    delivery = Delivery(VECTOR, b'{"say": "hello"}', VECTOR_AT)
    assert zendesk.verify(delivery, VECTOR_SECRET)
    turned = VECTOR | {"x-zendesk-webhook-signature": "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw="}
    assert not zendesk.verify(Delivery(turned, b'{"say": "hello"}', VECTOR_AT), VECTOR_SECRET)


def test_the_secret_in_zendesks_handbook_opens_nothing():
    (secret,) = zendesk.PUBLIC_SECRETS
    headers = {name.lower(): value for name, value in desks.sign_zendesk(b"{}", secret, NOON).items()}
    assert not zendesk.verify(Delivery(headers, b"{}", NOON), secret)


@pytest.mark.parametrize("name", ["merged", "soft_deleted", "permanently_deleted", "marked_as_spam"])
def test_zendesks_ends_that_are_no_closures(name):
    told = desks.zendesk("open", 0) | {"type": f"zen:event-type:ticket.{name}", "event": {}}
    event = read("zendesk", told)
    assert (event.is_closed, event.is_merged) == (True, True)


@pytest.mark.parametrize("kind", ["ticket.comment_added", "ticket.tags_changed", "user.created", "ticket."])
def test_zendesks_other_events_do_not_concern_us(kind):
    assert read("zendesk", desks.zendesk("open", 0) | {"type": f"zen:event-type:{kind}"}) is None


@pytest.mark.parametrize("status", ["SOLVED", "CLOSED", "solved"])
def test_zendesks_closed_statuses(status):
    assert read("zendesk", desks.zendesk("open", 0) | {"event": {"current": status}}).is_closed


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"type": "zen:event-type:ticket.status_changed"}, "detail.id"),
        ({"type": "zen:event-type:ticket.status_changed", "detail": {"id": 1}, "event": None}, "event.current"),
        ({"ticket": None}, "ticket.id"),
        ({"ticket": {"id": 1}}, "ticket.status"),
    ],
)
def test_zendesk_says_what_is_missing(payload, field):
    with pytest.raises(Unusable, match=field):
        read("zendesk", payload)


# ------------------------------------------------------------------------------------------------- Freshdesk
@pytest.mark.parametrize(
    ("said", "own", "is_closed"),
    [
        ({"triggered_event": "{status:{from:2,to:5}}"}, [], True),
        ({"triggered_event": "{status:{from:2,to:4}}", "ticket_status": "Offen"}, [], True),
        ({"triggered_event": "{status:{from:4,to:2}}", "ticket_status": "Closed"}, [], False),
        ({"triggered_event": "{priority:{from:1,to:4}}", "ticket_status": "Resolved"}, [], True),
        ({"triggered_event": "{priority:{from:1,to:4},status:{from:2,to:7}}"}, ["7"], True),
        ({"triggered_event": "{status:{from:2,to:7}}", "ticket_status": "Erledigt"}, ["erledigt"], True),
        ({"triggered_event": "{status:{from:2,to:7}}", "ticket_status": "Erledigt"}, [], False),
        ({"triggered_event": "{ticket_action:created}", "ticket_status": "Open"}, [], False),
        ({"triggered_event": None, "ticket_status": 5}, [], True),
    ],
)
def test_freshdesks_statuses(said, own, is_closed):
    assert read("freshdesk", {"ticket_id": 1, **said}, {"closed": own}).is_closed is is_closed


@pytest.mark.parametrize(("own", "is_closed"), [([], False), (["solved", "won't fix"], True)])
def test_zammads_own_states_that_mean_closed(own, is_closed):
    told = read("zammad", zammad_ticket(state="Solved"), {"closed": own})
    assert (told.is_closed, told.is_merged) == (is_closed, False)


def test_freshdesk_says_what_is_missing():
    with pytest.raises(Unusable, match="ticket_id"):
        read("freshdesk", {"freshdesk_webhook": {"ticket_id": None}})
    with pytest.raises(Unusable, match="ticket_status"):
        read("freshdesk", {"ticket_id": "1", "triggered_event": "{}"})


def test_a_freshdesk_ticket_closed_twice_in_the_same_words_is_two_deliveries():
    first, second = (freshdesk.delivery_key(Delivery({}, b"{}", NOON + timedelta(minutes=m))) for m in (0, 7))
    assert first != second


# ------------------------------------------------------------------------------------------------- Chatwoot
@pytest.mark.parametrize("status", ["open", "pending", "snoozed"])
def test_only_resolved_is_closed_in_chatwoot(status):
    assert read("chatwoot", desks.chatwoot("closed", 0) | {"status": status}).is_closed is False


def test_chatwoot_without_people_and_with_other_events():
    told = desks.chatwoot("closed", 0)
    nobody = read("chatwoot", told | {"meta": {"sender": {"email": None, "name": None}, "assignee": None}})
    assert (nobody.requester_email, nobody.agent_name, nobody.url) == ("", "", "")
    for event in ("message_created", "conversation_updated", None, {}):
        assert read("chatwoot", told | {"event": event}) is None
    for missing in ("id", "status"):
        with pytest.raises(Unusable, match=missing):
            read("chatwoot", told | {missing: None})


def test_chatwoots_conversation_id_is_not_its_events():
    closed, opened = (json.dumps(desks.chatwoot(state, 0)).encode() for state in ("closed", "open"))
    assert chatwoot.delivery_key(Delivery({}, closed, NOON)) != chatwoot.delivery_key(Delivery({}, opened, NOON))
    assert chatwoot.delivery_key(Delivery({"x-chatwoot-delivery": "d1"}, closed, NOON)) == "d1"


# ------------------------------------------------------------------------------------------------- FreeScout
@pytest.mark.parametrize(
    ("changes", "event", "is_merged"),
    [
        ({}, "convo.deleted", True),
        ({"state": "deleted"}, "convo.status", True),
        ({"status": "spam"}, "convo.status", True),
        ({"status": "closed"}, "convo.status", False),
    ],
)
def test_freescouts_ends(changes, event, is_merged):
    told = read("freescout", desks.freescout("open", 0) | changes, {}, {"x-freescout-event": event})
    assert (told.is_closed, told.is_merged) == (True, is_merged)


def test_freescouts_other_events_drafts_and_older_shape():
    told, status = desks.freescout("open", 0), {"x-freescout-event": "convo.status"}
    assert read("freescout", told, {}, {"x-freescout-event": "customer.updated"}) is None
    assert read("freescout", told, {}, {}) is None
    assert read("freescout", told | {"state": "draft"}, {}, status) is None
    assert read("freescout", told | {"customer": None}, {}, status).requester_email == "mei@cedar.example"
    by_agent = {"customer": None, "createdBy": {"type": "user", "email": "pia@vendor.example"}}
    assert read("freescout", told | by_agent, {}, status).requester_email == ""
    for missing in ("id", "status"):
        with pytest.raises(Unusable, match=missing):
            read("freescout", told | {missing: None}, {}, status)


def test_freescouts_repeat_is_known_by_content_and_event():
    keys = {
        freescout.delivery_key(Delivery({"x-freescout-event": event}, body, NOON))
        for event in ("convo.status", "convo.deleted")
        for body in (b"{}", b"[]")
    }
    assert len(keys) == 4


# ------------------------------------------------------------------------------------------------- Jira
def test_jiras_comments_do_not_concern_us_but_a_state_without_a_change_log_does():
    told = desks.jira("closed", 0)
    assert read("jira", told | {"changelog": {"items": [{"field": "comment"}, None]}}) is None
    assert read("jira", told | {"changelog": None}).is_closed
    assert read("jira", told | {"webhookEvent": "comment_created"}) is None
    assert read("jira", told | {"webhookEvent": ["jira:issue_updated"]}) is None


def test_jira_names_a_category_and_withholds_people():
    told = desks.jira("closed", 0)
    told["issue"]["fields"] |= {"reporter": None, "assignee": None, "customfield_10002": [None, {}, 7]}
    event = read("jira", told)
    assert (event.requester_email, event.organization_name, event.is_closed) == ("", "", True)
    told["issue"]["fields"]["status"] = {"name": "Done"}
    with pytest.raises(Unusable, match="statusCategory"):
        read("jira", told)
    with pytest.raises(Unusable, match=r"issue\.id"):
        read("jira", told | {"issue": None})
    told["issue"]["self"] = "nowhere"
    assert read("jira", told | {"webhookEvent": "jira:issue_deleted"}).url == ""


def test_jira_keeps_the_identifier_when_it_tries_again():
    assert jira.delivery_key(Delivery({"x-atlassian-webhook-identifier": "i1"}, b"{}", NOON)) == "i1"
    assert jira.delivery_key(Delivery({}, b"{}", NOON)) == hashlib.sha256(b"{}").hexdigest()


# ------------------------------------------------------------------------------------------------- HubSpot
def test_hubspots_attempts_are_one_delivery_and_its_event_ids_are_not_trusted():
    (told,) = desks.hubspot("closed", 0)
    key = hubspot.delivery_key(Delivery({}, json.dumps(told).encode(), NOON))
    again = json.dumps(dict(reversed(told.items())) | {"attemptNumber": 3}).encode()
    other = json.dumps(told | {"objectId": 4712}).encode()
    assert hubspot.delivery_key(Delivery({}, again, NOON)) == key
    assert hubspot.delivery_key(Delivery({}, other, NOON)) != key
    assert hubspot.delivery_key(Delivery({}, b"7", NOON)) == hashlib.sha256(b"7").hexdigest()


def test_hubspot_signs_the_address_it_called():
    headers = {name.lower(): value for name, value in desks.sign_hubspot(b"[]", "s", NOON).items()}
    here = f"{desks.settings.BASE_URL}/hooks/{desks.HOOK_TOKEN}/"
    assert hubspot.verify(Delivery(headers, b"[]", NOON, here), "s")
    assert not hubspot.verify(Delivery(headers, b"[]", NOON, here.replace("http", "https", 1)), "s")


def test_hubspots_stages_merges_and_other_events():
    (told,) = desks.hubspot("closed", 0)
    assert read("hubspot", told | {"propertyValue": "981"}).is_closed is False
    assert read("hubspot", told | {"propertyValue": "981"}, {"closed": ["981"]}).is_closed is True
    assert read("hubspot", told, {"closed": ["981"]}).is_closed is False
    by_number = {"subscriptionType": "object.propertyChange", "objectTypeId": "0-5"}
    assert read("hubspot", told | by_number).is_closed
    assert read("hubspot", told | by_number | {"objectTypeId": "0-1"}) is None
    assert read("hubspot", told | {"propertyName": "subject"}) is None
    assert read("hubspot", told | {"subscriptionType": "contact.creation"}) is None
    merged = read("hubspot", told | {"subscriptionType": "ticket.merge", "mergedObjectIds": [9, 8]})
    assert (merged.ticket_id, merged.is_merged) == ("9", True)
    for missing in ("objectId", "propertyValue"):
        with pytest.raises(Unusable, match=missing):
            read("hubspot", told | {missing: None})


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"a": 1}', [b'{"a": 1}']),
        (b" [ ] ", []),
        (b'[{"a": 1}, 2]', [b'{"a": 1}', b"2"]),
        (b"not JSON", [b"not JSON"]),
    ],
)
def test_a_list_is_taken_apart(body, found):
    assert pieces(body) == found


@pytest.mark.parametrize("body", [b"[1", b"[" * 100_000, b"[" + b"1," * 500 + b"1]", b"[NaN]", b"[1,]"])
def test_a_list_that_cannot_be_taken_apart(body):
    with pytest.raises(NotJson):
        pieces(body)


# ------------------------------------------------------------------------------------------------- ConnectWise
def test_connectwises_entity_is_a_string_an_object_or_nothing():
    told = desks.connectwise("closed", 0)
    assert read("connectwise", told | {"Entity": json.loads(told["Entity"])}) == read("connectwise", told)
    for nothing in (None, "", "null", 7):
        assert read("connectwise", told | {"Entity": nothing}) is None
    gone = read("connectwise", desks.connectwise("gone", 0))
    assert (gone.ticket_id, gone.is_merged) == ("4711", True)
    assert read("connectwise", told | {"Type": "company"}) is None
    for entity, field in (("{", "Entity"), ("[]", "Entity"), ('{"closedFlag": "yes"}', "closedFlag")):
        with pytest.raises(Unusable, match=field):
            read("connectwise", told | {"Entity": entity})
    with pytest.raises(Unusable, match="ID"):
        read("connectwise", told | {"Entity": None, "ID": None})


@pytest.mark.parametrize(
    ("url", "site", "is_asked"),
    [
        ("https://na.desk.example/keys/1", "https://na.desk.example", True),
        ("https://NA.desk.example/keys/1", "https://na.desk.example", True),
        ("https://evil.example/keys/1", "https://na.desk.example", False),
        ("http://na.desk.example/keys/1", "https://na.desk.example", False),
        ("https://na.desk.example:8443/keys/1", "https://na.desk.example", False),
        ("https://na.desk.example@evil.example/", "https://na.desk.example", False),
        ("https://na.desk.example/keys/1", "", False),
        (None, "https://na.desk.example", False),
        ("https://[", "https://na.desk.example", False),
    ],
)
def test_connectwises_key_is_fetched_from_the_configured_host_only(url, site, is_asked):
    body = json.dumps({"Metadata": {"key_url": url}}).encode()
    assert connectwise.key_url(Delivery({}, body, NOON), site) == (url if is_asked else "")
    assert connectwise.key_url(Delivery({}, b"{", NOON), site) == ""


def test_connectwises_key_and_ids():
    assert connectwise.key_of(b'{"signing_key": "k"}') == "k"
    assert [connectwise.key_of(answer) for answer in (b"", b"[]", b"{}")] == ["", "", ""]
    assert connectwise.delivery_key(Delivery({}, b'{"MessageId": "m"}', NOON)) == "m"
    assert connectwise.delivery_key(Delivery({}, b"x", NOON)) == hashlib.sha256(b"x").hexdigest()
