"""What the outbox runs for this room."""

from datetime import datetime

from accounts.actions import erasing, words
from outbox.models import Effect


def erase_contact(effect: Effect, at: datetime) -> None:
    erasing.erase_traces(contact_id=effect.payload["contact_id"], is_last=effect.payload["is_last"], at=at)


def learn_words(account_ids: list[int], at: datetime) -> None:
    words.learn(account_ids=account_ids, at=at)


def relearn_words(effect: Effect, at: datetime) -> None:
    words.relearn(at=at)
