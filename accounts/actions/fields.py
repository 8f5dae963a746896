"""The workspace's own fields: what they are, and the values that accounts and contacts hold of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import custom
from accounts.models import Account, Contact, CustomField
from lib import changing
from workspaces import actions as workspace_actions
from workspaces.models import User

MOST_FIELDS = 50
MOST_CHOICES = 100
LONGEST_KEY, LONGEST_CHOICE = 40, 80
EDITABLE = ("name", "help", "choices")

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


class FieldRefused(Exception):
    """The field cannot be so; the text says why, `part` which part of it: name, key, kind or choices."""

    def __init__(self, part: str, text: str) -> None:
        self.part = part
        super().__init__(text)


@transaction.atomic
def define_field(
    *,
    about: str,
    name: str,
    kind: str,
    at: datetime,
    by: User | None,
    key: str = "",
    choices: Sequence[str] = (),
    help: str = "",  # as the column is called
) -> CustomField:
    """Add a field to accounts or contacts. Its key comes from its name unless given, and stays. Raises FieldRefused."""
    if CustomField.objects.of(about).in_use().count() >= MOST_FIELDS:
        raise FieldRefused("name", _("At most %(limit)s fields are in use at a time.") % {"limit": MOST_FIELDS})
    name = _clean_name(about, name)
    key = key or _free_key(about, name)
    if not KEY.fullmatch(key):
        raise FieldRefused("key", _("A key is lower-case letters, digits and underscores, and begins with a letter."))
    try:
        with transaction.atomic():
            field: CustomField = CustomField.objects.create(
                about=about,
                key=key,
                name=name,
                kind=kind,
                choices=_clean_choices(kind, choices),
                help=help,
                created_at=at,
            )
    except IntegrityError as error:
        raise FieldRefused("key", _("Another field, maybe a retired one, has the key “%s”.") % key) from error
    _audit("field.defined", field, at, by, kind=kind)
    return field


@transaction.atomic
def update_field(*, field: CustomField, changes: Mapping[str, Any], at: datetime, by: User | None) -> CustomField:
    """Change any of EDITABLE; values of a choice that is gone stay until they are changed. Raises FieldRefused."""
    wanted = dict(changes)
    if "name" in wanted:
        wanted["name"] = _clean_name(field.about, wanted["name"], but=field)
    if "choices" in wanted:
        wanted["choices"] = _clean_choices(field.kind, wanted["choices"])
    if changed := list(changing.take(field, wanted, EDITABLE)):
        field.save(update_fields=changed)
        _audit("field.changed", field, at, by, fields=sorted(changed))
    return field


@transaction.atomic
def retire_field(*, field: CustomField, at: datetime, by: User | None) -> CustomField:
    """Show and ask for it no more; its values stay, in case it is brought back."""
    if field.retired_at is None:
        field.retired_at = at
        field.save(update_fields=["retired_at"])
        _audit("field.retired", field, at, by)
    return field


@transaction.atomic
def restore_field(*, field: CustomField, at: datetime, by: User | None) -> CustomField:
    """Bring a retired field back, with its values. Raises FieldRefused if its name was given to another."""
    if field.retired_at is not None:
        _clean_name(field.about, field.name, but=field)
        field.retired_at = None
        field.save(update_fields=["retired_at"])
        _audit("field.restored", field, at, by)
    return field


def _audit(event: str, field: CustomField, at: datetime, by: User | None, **detail: Any) -> None:
    workspace_actions.record(
        kind=event, at=at, by=by, subject=field.name, detail={"about": field.about, "key": field.key, **detail}
    )


def _clean_name(about: str, name: str, but: CustomField | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise FieldRefused("name", _("A field needs a name."))
    same = CustomField.objects.of(about).in_use().filter(name__iexact=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise FieldRefused("name", _("Another field is called “%s”.") % name)
    return name


def _free_key(about: str, name: str) -> str:
    """`Go-live date` is `go_live_date`, or `go_live_date_2`; a name in another script is `field`."""
    key = slugify(name).replace("-", "_").strip("_")
    key = (key if KEY.fullmatch(key[:1]) else f"field_{key}".rstrip("_"))[: LONGEST_KEY - 4]
    taken = set(CustomField.objects.of(about).filter(key__startswith=key).values_list("key", flat=True))
    return next(free for free in chain([key], (f"{key}_{n}" for n in count(2))) if free not in taken)


def _clean_choices(kind: str, choices: Sequence[str]) -> list[str]:
    """Without spaces around them, empty ones and repeats; none unless it is a choice."""
    if kind != CustomField.Kind.CHOICE:
        return []
    clean = list(
        {choice.casefold(): choice for choice in (" ".join(text.split()) for text in choices) if choice}.values()
    )
    if not clean:
        raise FieldRefused("choices", _("A choice needs something to choose from."))
    if len(clean) > MOST_CHOICES:
        raise FieldRefused("choices", _("At most %(limit)s choices.") % {"limit": MOST_CHOICES})
    if any(len(choice) > LONGEST_CHOICE for choice in clean):
        raise FieldRefused("choices", _("A choice has at most %(limit)s characters.") % {"limit": LONGEST_CHOICE})
    return clean


def values_for(about: str, given: Mapping[str, object]) -> dict[str, custom.Value]:
    """The values of a new row. Raises `custom.BadValues`."""
    if not given:
        return {}
    values = custom.clean_all(CustomField.objects.of(about).in_use(), given)
    return {key: value for key, value in values.items() if value is not None}


def merge_values(row: Account | Contact, given: Mapping[str, object]) -> dict[str, str]:
    """Write some values into `row.custom`, None to empty one; the others stay, also those just written by others.

    Returns the names of the fields that changed, by `custom.<key>`. Raises `custom.BadValues`.
    """
    about = CustomField.About.ACCOUNT if isinstance(row, Account) else CustomField.About.CONTACT
    fields = {field.key: field for field in CustomField.objects.of(about).in_use()}
    values = custom.clean_all(fields.values(), given)
    row.custom = type(row).objects.select_for_update().values_list("custom", flat=True).get(pk=row.pk)
    changed = [key for key, value in values.items() if row.custom.get(key) != value]
    row.custom = {key: value for key, value in (row.custom | values).items() if value is not None}
    if changed:
        row.save(update_fields=["custom"])
    return {f"custom.{key}": fields[key].name for key in changed}
