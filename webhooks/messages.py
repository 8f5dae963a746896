"""What a message says: `{type, timestamp, data}`, at most 20 kB."""

import json
from datetime import UTC, datetime
from typing import Any

from django.utils.crypto import get_random_string, salted_hmac

from accounts.models import Account, Fact

TEST = "webhook.test"
LARGEST = 20_000  # bytes, as Standard Webhooks 1.0 advises
LONGEST_TEXT = 500  # characters of one text, in a message that would be too large

Data = dict[str, Any]


def message_id(fact: Fact) -> str:
    """The same for the same fact, whoever asks and however often."""
    name = f"{fact.workspace_id}:{fact.pk}"
    return "msg_" + salted_hmac("webhooks.message", name, algorithm="sha256").hexdigest()[:32]


def fresh_id() -> str:
    return "msg_" + get_random_string(32)


def of_fact(fact: Fact) -> str:
    """The body that tells of `fact`; with its account and the account's external ids at hand it asks nothing."""
    whole = _body(fact, fact.data)
    if len(whole.encode()) <= LARGEST:
        return whole
    shortened = _body(fact, _shortened(fact.data), is_shortened=True)
    return shortened if len(shortened.encode()) <= LARGEST else _body(fact, {}, is_shortened=True)


def of_test(at: datetime) -> str:
    return _json({"type": TEST, "timestamp": _moment(at), "data": {"message": "It works."}})


def _body(fact: Fact, details: Data, **more: bool) -> str:
    data = {
        "id": fact.pk,
        "kind": fact.kind,
        "at": _moment(fact.at),
        "account": _account(fact.account),
        "details": {name: value for name, value in details.items() if "token" not in name and "secret" not in name},
        **more,
    }
    return _json({"type": fact.kind, "timestamp": _moment(fact.at), "data": data})


def _account(account: Account) -> Data:
    ids = {row.source: row.value for row in account.external_ids.all()}
    return {"id": account.pk, "name": account.name, "external_ids": dict(sorted(ids.items()))}


def _shortened(data: Data) -> Data:
    return {
        name: value[:LONGEST_TEXT] + "…" if isinstance(value, str) and len(value) > LONGEST_TEXT else value
        for name, value in data.items()
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json(message: Data) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
