"""Who is known at the customer."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from accounts.models import Contact, Persona
from segments.conditions import Kind
from segments.fields.account import column
from segments.registry import About, Field, counted

_OF = "from accounts_contact c where c.workspace_id = a.workspace_id and c.account_id = a.id"
_PRESENT = f"{_OF} and c.left_at is null"


def _personas() -> Iterator[tuple[str, str]]:
    return ((str(one.pk), one.name) for one in Persona.objects.order_by("name", "pk"))


FIELDS = [
    Field(
        "has_decision_maker",
        later("A decision maker is known"),
        Kind.YES_NO,
        About.PEOPLE,
        column(f"exists (select 1 {_PRESENT} and c.role = 'decision_maker')"),
        phrases={
            "yes": lambda words: _("with a known decision maker"),
            "no": lambda words: _("without a known decision maker"),
        },
        has_gaps=False,
        describes=True,
    ),
    Field(
        "has_champion",
        later("A champion is known"),
        Kind.YES_NO,
        About.PEOPLE,
        column(f"exists (select 1 {_PRESENT} and c.role = 'champion')"),
        phrases={
            "yes": lambda words: _("with a known champion"),
            "no": lambda words: _("without a known champion"),
        },
        has_gaps=False,
        describes=True,
    ),
    Field(
        "champion_left",
        later("The champion has left"),
        Kind.YES_NO,
        About.PEOPLE,
        column(
            f"(exists (select 1 {_OF} and c.role = 'champion' and c.left_at is not null)"
            f" and not exists (select 1 {_PRESENT} and c.role = 'champion'))"
        ),
        phrases={
            "yes": lambda words: _("whose champion has left"),
            "no": lambda words: _("whose champion has not left"),
        },
        has_gaps=False,
    ),
    Field(
        "contacts",
        later("Number of contacts"),
        Kind.NUMBER,
        About.PEOPLE,
        column(f"(select count(*) {_PRESENT})"),
        later("contacts"),
        phrases=counted(lambda said: _("contacts")),
        has_gaps=False,
        describes=True,
    ),
    Field(
        "personas",
        later("Personas among the contacts"),
        Kind.SET,
        About.PEOPLE,
        column(f"{_PRESENT} and c.persona_id is not null"),
        member="c.persona_id",
        phrases={
            "any_of": lambda words: _("with a contact who is %(values)s") % words,
            "none_of": lambda words: _("without a contact who is %(values)s") % words,
            "empty": lambda words: _("without a contact of a known persona"),
            "not_empty": lambda words: _("with a contact of a known persona"),
        },
        choices=_personas,
        is_id=True,
        describes=True,
    ),
    Field(
        "roles",
        later("Roles among the contacts"),
        Kind.SET,
        About.PEOPLE,
        column(_PRESENT),
        member="c.role",
        phrases={
            "any_of": lambda words: _("with a contact who is %(values)s") % words,
            "none_of": lambda words: _("without a contact who is %(values)s") % words,
            "empty": lambda words: _("without a contact"),
            "not_empty": lambda words: _("with a contact"),
        },
        choices=lambda: Contact.Role.choices,
        describes=True,
    ),
]
