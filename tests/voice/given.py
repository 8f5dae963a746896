"""Comments that have been read."""

from datetime import timedelta

from tests.builders import NOON, make_account, make_answer, make_contact
from voice.actions import reading
from voice.models import Remark, Source, Theme

DAY = timedelta(days=1)


def make_remark(comment, value=4, *, account=None, at=NOON - DAY, **fields):
    """An answer with this comment, read."""
    contact = fields.pop("contact", None) or make_contact(account or make_account())
    answer = make_answer(value, contact, comment=comment, answered_at=at, **fields)
    reading.read(source=Source.ANSWER, ids=[answer.pk], at=NOON)
    return Remark.objects.get(source=Source.ANSWER, source_id=answer.pk)


def theme(name):
    return Theme.objects.get(name=name)


def themes_of(remark):
    return sorted(remark.mentions.values_list("theme__name", flat=True))
