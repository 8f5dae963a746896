"""What people wish for after answering, made known to whoever looks after them."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions import contacts
from accounts.actions.facts import record_fact
from journeys.actions import tasks
from surveys.answering import OTHERS
from surveys.models import Answer, Wish

CALL_WITHIN, WRITE_WITHIN = timedelta(days=1), timedelta(days=3)


@transaction.atomic
def wish_call(*, answer: Answer, reach: str, words: str, at: datetime) -> Wish:
    """They may be called, at `reach`, and `words` says when. Said again, the last one holds; one task is enough."""
    answer = _held(answer)
    wish: Wish | None = Wish.objects.filter(answer=answer, kind=Wish.Kind.CALL).first()
    if wish:
        wish.reach, wish.words = reach, words
        wish.save(update_fields=["reach", "words"])
        return wish
    wish = _create(answer, Wish.Kind.CALL, reach=reach, words=words, at=at)
    contact = answer.contact
    if not contact.phone:
        contacts.update_contact(contact=contact, changes={"phone": reach}, at=at, by=None)
    with override(settings.LANGUAGE_CODE):
        text = _("Call %(name)s, who asked for it after answering %(value)s of %(most)s")
    about = {"name": str(contact), "value": answer.value, "most": answer.scale_max}
    _tell(wish, "survey.call_wished", text % about, CALL_WITHIN, at, words=words)
    return wish


@transaction.atomic
def refer(*, answer: Answer, name: str, reach: str, words: str, at: datetime) -> Wish | None:
    """They name somebody we could help, at the address `reach`. None: this one is known, or they have named enough."""
    answer = _held(answer)
    known = Wish.objects.filter(answer=answer, kind=Wish.Kind.REFERRAL)
    if known.count() >= OTHERS or known.filter(reach__iexact=reach).exists():
        return None
    wish = _create(answer, Wish.Kind.REFERRAL, name=name, reach=reach, words=words, at=at)
    with override(settings.LANGUAGE_CODE):
        text = _("Thank %(name)s for recommending us, and write to whom they named")
    _tell(wish, "survey.referred", text % {"name": str(answer.contact)}, WRITE_WITHIN, at)
    return wish


def _held(answer: Answer) -> Answer:
    """Locked, so that a form sent twice at once is one wish."""
    rows = Answer.objects.select_for_update(of=("self",)).select_related("account", "contact")
    found: Answer = rows.get(pk=answer.pk)
    return found


def _create(answer: Answer, kind: Wish.Kind, *, at: datetime, **about: str) -> Wish:
    created: Wish = Wish.objects.create(
        kind=kind, answer=answer, account=answer.account, contact=answer.contact, at=at, **about
    )
    return created


def _tell(wish: Wish, kind: str, text: str, within: timedelta, at: datetime, **said: Any) -> None:
    """The account's timeline, and a task for its owner: neither names a third person or a number."""
    account = wish.account
    record_fact(
        account=account,
        kind=kind,
        at=at,
        wish_id=wish.pk,
        answer_id=wish.answer_id,
        contact_id=wish.contact_id,
        contact_name=str(wish.contact),
        **said,
    )
    due_on = (at + within).date()
    tasks.add_task(account=account, text=text, due_on=due_on, assignee=account.owner, at=at, by=None)
