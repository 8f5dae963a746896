"""Who is known at the customer."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from accounts.languages import LANGUAGES
from accounts.models import Contact, Persona
from segments.conditions import Kind
from segments.fields.account import column
from segments.registry import About, Field, counted

OF = "from accounts_contact c where c.workspace_id = a.workspace_id and c.account_id = a.id"
PRESENT = f"{OF} and c.left_at is null"


def _personas() -> Iterator[tuple[str, str]]:
    return ((str(one.pk), one.name) for one in Persona.objects.order_by("name", "pk"))


FIELDS = [
    Field(
        "has_decision_maker",
        later("A decision maker is known"),
        Kind.YES_NO,
        About.PEOPLE,
        column(f"exists (select 1 {PRESENT} and c.role = 'decision_maker')"),
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
        column(f"exists (select 1 {PRESENT} and c.role = 'champion')"),
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
            f"(exists (select 1 {OF} and c.role = 'champion' and c.left_at is not null)"
            f" and not exists (select 1 {PRESENT} and c.role = 'champion'))"
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
        column(f"(select count(*) {PRESENT})"),
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
        column(f"{PRESENT} and c.persona_id is not null"),
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
        column(PRESENT),
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
    Field(
        "influences",
        later("Influence of the contacts"),
        Kind.SET,
        About.PEOPLE,
        column(f"{PRESENT} and c.influence <> ''"),
        member="c.influence",
        phrases={
            "any_of": lambda words: _("with a contact whose influence is %(values)s") % words,
            "none_of": lambda words: _("without a contact whose influence is %(values)s") % words,
            "empty": lambda words: _("without a contact of known influence"),
            "not_empty": lambda words: _("with a contact of known influence"),
        },
        choices=lambda: Contact.Influence.choices,
    ),
    Field(
        "stances",
        later("Attitudes of the contacts"),
        Kind.SET,
        About.PEOPLE,
        column(f"{PRESENT} and c.stance <> ''"),
        member="c.stance",
        phrases={
            "any_of": lambda words: _("with a contact whose attitude is %(values)s") % words,
            "none_of": lambda words: _("without a contact whose attitude is %(values)s") % words,
            "empty": lambda words: _("without a contact of known attitude"),
            "not_empty": lambda words: _("with a contact of known attitude"),
        },
        choices=lambda: Contact.Stance.choices,
    ),
    Field(
        "languages",
        later("Languages of the contacts"),
        Kind.SET,
        About.PEOPLE,
        column(f"{PRESENT} and c.locale <> ''"),
        member="c.locale",
        phrases={
            "any_of": lambda words: _("with a contact who is written to in %(values)s") % words,
            "none_of": lambda words: _("without a contact who is written to in %(values)s") % words,
            "empty": lambda words: _("without a contact whose language is known"),
            "not_empty": lambda words: _("with a contact whose language is known"),
        },
        choices=lambda: LANGUAGES,
        describes=True,
    ),
]
