"""What each kind of help desk sends about one ticket, shaped as it really is, and how it signs."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.builders import HOOK_TOKEN, zammad_ticket
from tests.integrations.door import as_bytes, generic_headers, zammad_headers

SECRET = "a secret of the help desk, long enough"
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
START = datetime(2026, 6, 15, 12, tzinfo=UTC)
Payload = dict[str, Any] | list[Any]


@dataclass(frozen=True)
class Desk:
    """One kind: `tell(state, minute)` is a body whose `state` is closed, open or gone, at START plus `minute`."""

    kind: str
    tell: Callable[[str, int], Payload]
    sign: Callable[..., dict[str, str]]
    secret: str = SECRET
    content_type: str = "application/json"
    is_dated: bool = False  # signs a time
    has_times: bool = True  # says when the ticket changed
    tells_gone: bool = True
    connection: dict[str, Any] = field(default_factory=dict)

    def post(self, payload: Any, *, secret: str = "", at: datetime | None = None, **headers: str) -> HttpResponse:
        body = as_bytes(payload)
        signed = self.sign(body, secret or self.secret, at or datetime.now(UTC)) | headers
        address = f"/hooks/{HOOK_TOKEN}/"
        return Client().post(address, body, content_type=self.content_type, headers=signed)


def hexadecimal(body: bytes, secret: str | bytes, algorithm: Any = hashlib.sha256) -> str:
    key = secret if isinstance(secret, bytes) else secret.encode()
    return hmac.new(key, body, algorithm).hexdigest()


def in_base64(body: bytes, secret: str | bytes, algorithm: Any = hashlib.sha256) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal(body, secret, algorithm))).decode()


def iso(minute: int) -> str:
    return (START + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")


def seconds(minute: int) -> int:
    return int((START + timedelta(minutes=minute)).timestamp())


# ------------------------------------------------------------------------------------------------- signatures
def sign_zendesk(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    sent_at = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    signature = in_base64(sent_at.encode() + body, secret)
    return {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": sent_at}


def sign_chatwoot(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    sent_at = str(int(at.timestamp()))
    signature = hexadecimal(f"{sent_at}.".encode() + body, secret)
    return {"X-Chatwoot-Signature": f"sha256={signature}", "X-Chatwoot-Timestamp": sent_at}


def sign_hubspot(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    sent_at = str(int(at.timestamp() * 1000))
    signed = f"POST{settings.BASE_URL}/hooks/{HOOK_TOKEN}/".encode() + body + sent_at.encode()
    return {"X-HubSpot-Signature-v3": in_base64(signed, secret), "X-HubSpot-Request-Timestamp": sent_at}


def sign_freescout(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    return {"X-FreeScout-Signature": in_base64(body, secret, hashlib.sha1), "X-FreeScout-Event": "convo.status"}


def sign_connectwise(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    return {"X-Content-Signature": in_base64(body, hashlib.sha256(secret.encode()).digest())}


def sign_jira(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    return {"X-Hub-Signature": f"sha256={hexadecimal(body, secret)}"}


def sign_token(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    return {"X-Ninefold-Token": secret}


# ------------------------------------------------------------------------------------------------- bodies
def zendesk(state: str, minute: int) -> Payload:
    status = {"closed": "SOLVED", "open": "OPEN", "gone": "CLOSED"}[state]
    return {
        "account_id": 22129848,
        "detail": {
            "actor_id": "8447",
            "created_at": "2026-06-14T08:00:00Z",
            "external_id": None,
            "id": "4711",
            "organization_id": "77",
            "priority": "LOW",
            "type": "INCIDENT",
            "requester_id": "9",
            "status": status,
            "subject": "Printer on fire",
            "tags": ["closed_by_merge"] if state == "gone" else [],
            "updated_at": iso(minute),
            "via": {"channel": "web_service"},
        },
        "event": {"current": status, "previous": "PENDING", "meta": {"sequence": {"id": "a", "position": 1}}},
        "id": f"event-{state}-{minute}",
        "subject": "zen:ticket:4711",
        "time": iso(minute).replace("Z", ".672717030Z"),
        "type": "zen:event-type:ticket.status_changed",
        "zendesk_event_version": "2022-11-06",
    }


def zendesk_trigger(state: str, minute: int) -> Payload:
    return {
        "ticket": {
            "id": "4711",
            "status": {"closed": "solved", "open": "open", "gone": "closed"}[state],
            "url": "northwind.zendesk.com/agent/tickets/4711",
            "created_at": "2026-06-14T08:00Z",
            "updated_at": iso(minute),
            "tags": "vip closed_by_merge" if state == "gone" else "vip",
            "priority": "Urgent",
            "type": "Question",
        },
        "requester": {"id": "9", "email": "Mei@cedar.example", "name": "Mei Chen", "locale": "de"},
        "organization": {"id": "77", "name": "Cedar Logistics"},
        "agent": {"name": "Pia Sommer", "email": "pia@vendor.example"},
    }


def freshdesk(state: str, minute: int) -> Payload:
    return {
        "freshdesk_webhook": {
            "ticket_id": "4711",
            "ticket_url": "https://cedar.freshdesk.example/helpdesk/tickets/4711",
            "ticket_status": "Gelöst" if state == "closed" else "Offen",
            "ticket_subject": "Printer on fire",
            "ticket_priority": "High",
            "ticket_type": "Problem",
            "requester_name": "Mei Chen",
            "requester_email": "mei@cedar.example",
            "company_name": "Cedar Logistics",
            "agent_name": "Pia Sommer",
            "agent_email": "pia@vendor.example",
            "triggered_event": "{status:{from:2,to:5}}" if state == "closed" else "{status:{from:5,to:2}}",
        }
    }


def chatwoot(state: str, minute: int) -> Payload:
    return {
        "event": "conversation_status_changed",
        "id": 4711,
        "status": "resolved" if state == "closed" else "open",
        "account": {"id": 3, "name": "Northwind"},
        "additional_attributes": {"mail_subject": "Printer on fire", "browser_language": "de"},
        "changed_attributes": [{"status": {"previous_value": "open", "current_value": "resolved"}}],
        "inbox_id": 12,
        "labels": [],
        "priority": "medium",
        "messages": [],
        "meta": {
            "sender": {"id": 9, "name": "Mei Chen", "email": "mei@cedar.example", "type": "contact"},
            "assignee": {"id": 5, "name": "Pia Sommer", "email": "pia@vendor.example", "type": "user"},
        },
        "created_at": seconds(-1680),
        "timestamp": seconds(minute),
        "updated_at": seconds(minute) + 0.25,
    }


def freescout(state: str, minute: int) -> Payload:
    return {
        "id": 4711,
        "number": 211,
        "type": "email",
        "status": {"closed": "closed", "open": "active", "gone": "spam"}[state],
        "state": "published",
        "subject": "Printer on fire",
        "customer": {"id": 9, "type": "customer", "firstName": "Mei", "lastName": "Chen", "email": "mei@cedar.example"},
        "createdBy": {"id": 9, "type": "customer", "email": "mei@cedar.example"},
        "assignee": {"id": 5, "type": "user", "firstName": "Pia", "lastName": "Sommer", "email": "pia@vendor.example"},
        "createdAt": "2026-06-14T08:00:00Z",
        "updatedAt": iso(minute),
        "closedAt": iso(minute) if state == "closed" else None,
        "_embedded": {"threads": []},
    }


def jira(state: str, minute: int) -> Payload:
    category = "done" if state == "closed" else "indeterminate"
    return {
        "timestamp": seconds(minute) * 1000,
        "webhookEvent": "jira:issue_deleted" if state == "gone" else "jira:issue_updated",
        "issue_event_type_name": "issue_generic",
        "user": {"accountId": "5b1", "displayName": "Pia Sommer"},
        "issue": {
            "id": "4711",
            "key": "SUP-211",
            "self": "https://cedar.atlassian.example/rest/api/2/issue/4711",
            "fields": {
                "summary": "Printer on fire",
                "priority": {"name": "Highest", "id": "1"},
                "issuetype": {"name": "[System] Service request", "id": "10"},
                "status": {"name": "Erledigt", "statusCategory": {"key": category, "id": 3}},
                "created": "2026-06-14T10:00:00.000+0200",
                "updated": iso(minute),
                "resolutiondate": iso(minute) if state == "closed" else None,
                "reporter": {"accountId": "5b9", "displayName": "Mei Chen", "emailAddress": "mei@cedar.example"},
                "assignee": {"accountId": "5b1", "displayName": "Pia Sommer"},
                "customfield_10002": [
                    {
                        "id": "77",
                        "name": "Cedar Logistics",
                        "_links": {"self": "https://x.example/rest/organization/77"},
                    }
                ],
                "customfield_10010": None,
            },
        },
        "changelog": {"id": "1", "items": [{"field": "status"}, {"field": "resolution"}]},
    }


def hubspot(state: str, minute: int) -> Payload:
    event = {
        "eventId": 100,
        "subscriptionId": 1,
        "portalId": 33,
        "appId": 7,
        "occurredAt": seconds(minute) * 1000,
        "subscriptionType": "ticket.deletion" if state == "gone" else "ticket.propertyChange",
        "attemptNumber": 0,
        "objectId": 4711,
        "changeSource": "CRM_UI",
    }
    if state != "gone":
        event |= {"propertyName": "hs_pipeline_stage", "propertyValue": "4" if state == "closed" else "1"}
    return [event]


def connectwise(state: str, minute: int) -> Payload:
    entity = {
        "id": 4711,
        "summary": "Printer on fire",
        "closedFlag": state == "closed",
        "closedDate": iso(minute) if state == "closed" else None,
        "company": {"id": 77, "identifier": "Cedar", "name": "Cedar Logistics"},
        "contact": {"id": 9, "name": "Mei Chen"},
        "contactEmailAddress": "mei@cedar.example",
        "owner": {"id": 5, "identifier": "pia", "name": "Pia Sommer"},
        "priority": {"id": 8, "name": "Priority 3 - Medium"},
        "type": {"id": 12, "name": "Request"},
        "_info": {"lastUpdated": iso(minute), "dateEntered": "2026-06-14T08:00:00Z"},
    }
    return {
        "MessageId": f"message-{state}-{minute}",
        "FromUrl": "na.myconnectwise.example",
        "CompanyId": "northwind",
        "MemberId": "admin1",
        "Action": "deleted" if state == "gone" else "updated",
        "Type": "ticket",
        "ID": 4711,
        "ProductInstanceId": None,
        "Entity": None if state == "gone" else json.dumps(entity),
        "Metadata": {"key_url": "https://na.myconnectwise.example/keys/1"},
    }


def mapped(state: str, minute: int) -> Payload:
    return {
        "event": "Ticket Updated",
        "ticket": {
            "id": 4711,
            "summary": "Printer on fire",
            "priority": {"name": "High"},
            "tickettype_name": "Incident",
            "statusid": {"closed": 9, "open": 2, "gone": 30}[state],
            "client_name": "Cedar Logistics",
            "user": {"name": "Mei Chen", "emailaddress": "mei@cedar.example"},
            "dateoccurred": "2026-06-14T08:00:00",
            "lastupdate": iso(minute),
        },
    }


MAPPING = {
    "paths": {
        "ticket_id": "/ticket/id",
        "status": "/ticket/statusid",
        "subject": "/ticket/summary",
        "requester_name": "/ticket/user/name",
        "requester_email": "/ticket/user/emailaddress",
        "organization_name": "/ticket/client_name",
        "priority": "/ticket/priority/name",
        "topic": "/ticket/tickettype_name",
        "opened_at": "/ticket/dateoccurred",
        "updated_at": "/ticket/lastupdate",
    },
    "closed": ["9"],
    "merged": ["30"],
}


def zammad(state: str, minute: int) -> Payload:
    states = {"closed": "closed", "open": "open", "gone": "merged"}
    return zammad_ticket(state=states[state], updated_at=iso(minute), close_at=iso(minute))


def generic(state: str, minute: int) -> Payload:
    person = {"email": "mei@cedar.example", "name": "Mei Chen"}
    data = {
        "id": "4711",
        "subject": "Printer on fire",
        "requester": person,
        "organization": {"name": "Cedar Logistics"},
        "priority": "high",
        "topic": "problem",
    }
    return {"type": "ticket.closed" if state == "closed" else "ticket.reopened", "timestamp": iso(minute), "data": data}


DESKS = [
    Desk("zammad", zammad, lambda body, secret, at: zammad_headers(body, secret=secret)),
    Desk("generic", generic, lambda body, secret, at: generic_headers(
        body, secret, hashlib.sha256(body).hexdigest(), at), WHSEC, is_dated=True, tells_gone=False),
    Desk("zendesk", zendesk, sign_zendesk, is_dated=True),
    Desk("zendesk", zendesk_trigger, sign_zendesk, is_dated=True),
    Desk("freshdesk", freshdesk, sign_token, has_times=False, tells_gone=False),
    Desk("chatwoot", chatwoot, sign_chatwoot, is_dated=True, tells_gone=False),
    Desk("freescout", freescout, sign_freescout, content_type="application/hal+json"),
    Desk("jira", jira, sign_jira),
    Desk("hubspot", hubspot, sign_hubspot, is_dated=True),
    Desk("connectwise", connectwise, sign_connectwise),
    Desk("mapped", mapped, sign_token, WHSEC, connection={"mapping": MAPPING}),
]  # fmt: skip
BY_NAME = {desk.tell.__name__: desk for desk in DESKS}
