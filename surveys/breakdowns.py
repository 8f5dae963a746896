"""What results can be broken down by: what was true of an account, a person or a case when its mail went out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, Func, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Contact, Persona
from accounts.stages import Stage
from segments import queries as segment_queries
from surveys.estimates import Difference, Score, Tally, difference, z_of_many
from surveys.measures import Measure
from surveys.models import Wave
from surveys.tallies import Response
from workspaces.models import Member

UNKNOWN = "none"  # in an address: what nothing was known of
MOST = 50  # groups on a page

Names = Callable[[Iterable[Any]], Mapping[Any, str]]


class _Unnest(Func):
    function = "unnest"
    output_field = BigIntegerField()
    set_returning = True


def _labels(choices: Iterable[tuple[str, Any]]) -> Names:
    return lambda keys: {key: str(label) for key, label in choices}


def _rows_of(model: Any) -> Names:
    return lambda keys: {row.pk: str(row) for row in model.objects.filter(pk__in=[key for key in keys if key])}


def _owners(keys: Iterable[Any]) -> dict[Any, str]:
    found = Member.objects.select_related("user").filter(pk__in=[key for key in keys if key])
    return {member.pk: str(member) for member in found}


def _segments(keys: Iterable[Any]) -> Mapping[Any, str]:
    return segment_queries.names()


def _languages(keys: Iterable[Any]) -> dict[Any, str]:
    return {key: _language(key) for key in keys if key}


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _as_they_are(keys: Iterable[Any]) -> dict[Any, str]:
    return {key: str(key) for key in keys if key}


@dataclass(frozen=True)
class Dimension:
    """One way to part answers: the field of the invitation that parts them, and the names of its values."""

    key: str
    label: str | Promise
    field: str
    names: Names
    is_number: bool = False
    is_many: bool = False  # an answer may stand in several groups, or in none
    is_of_contact: bool = False

    def path(self, before: str) -> str:
        return self.field if self.is_of_contact else before + self.field

    def by(self, before: str = "invitation__") -> Combinable:
        """The expression that parts answers; of invitations with `before=""`."""
        found = F(self.path(before))
        return _Unnest(found) if self.is_many else found

    def read(self, text: str) -> Any:
        """The value that an address names; None if it makes no sense, UNKNOWN for none."""
        if text == UNKNOWN or not self.is_number:
            return text[:200] or None
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def narrow(self, rows: "QuerySet[Any]", value: Any, before: str = "invitation__") -> "QuerySet[Any]":
        """The rows of one group."""
        path = self.path(before)
        if self.is_many:
            return rows.filter(**{f"{path}__contains": [value]}) if value != UNKNOWN else rows.filter(**{path: []})
        if value == UNKNOWN:
            return rows.filter(**({f"{path}__isnull": True} if self.is_number else {path: ""}))
        return rows.filter(**{path: value})


DIMENSIONS = {
    one.key: one
    for one in (
        Dimension("stage", gettext_lazy("Stage"), "stage", _labels(Stage.choices)),
        Dimension("segment", gettext_lazy("Segment"), "segment_ids", _segments, is_number=True, is_many=True),
        Dimension("persona", gettext_lazy("Persona"), "persona_id", _rows_of(Persona), is_number=True),
        Dimension(
            "role", gettext_lazy("Role"), "contact__role", _labels(Contact.Role.choices), is_of_contact=True
        ),
        Dimension("owner", gettext_lazy("Owner"), "owner_id", _owners, is_number=True),
        Dimension("agent", gettext_lazy("Agent"), "agent_name", _as_they_are),
        Dimension("product", gettext_lazy("Product or service"), "product", _as_they_are),
        Dimension("language", gettext_lazy("Language"), "language", _languages),
        Dimension("wave", gettext_lazy("Wave"), "wave_id", _rows_of(Wave), is_number=True),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """One group of answers, its score, and how that differs from the rest; None where one cannot tell."""

    key: str
    name: str
    score: Score
    beside: Difference | None
    response: Response


def groups(
    dimension: Dimension,
    measure: Measure,
    found: Mapping[Any, Tally],
    whole: Tally,
    responses: Mapping[Any, Response],
) -> list[Group]:
    """Groups by name, that of nothing known last. `whole` is what all answers add up to.

    The rest of a group is what the other groups hold, or, where groups overlap, the whole without it. The comparisons
    share one chance in twenty to call something different that is not.
    """
    names = dimension.names([*found, *responses])
    z = z_of_many(len(found))
    total = whole if dimension.is_many else sum(found.values(), Tally())
    made = []
    for key in {**responses, **found}:
        tally = found.get(key, Tally())
        beside = difference(measure.score(tally, z), measure.score(total - tally, z)) if tally.units else None
        name = names.get(key) or (str(key) if key else "")
        made.append(Group(written(key), name, measure.score(tally), beside, responses.get(key, Response())))
    return sorted(made, key=lambda one: (not one.name, one.name.casefold()))


def most_answered(found: Sequence[Group]) -> list[Group]:
    """The MOST of them with most answers, in the order they came in."""
    kept = {one.key for one in sorted(found, key=lambda one: -one.score.n)[:MOST]}
    return [one for one in found if one.key in kept]


def written(key: Any) -> str:
    """A value as an address has it."""
    return UNKNOWN if key is None or key == "" else str(key)


def told(dimension: Dimension, value: Any) -> str:
    """The name of one group."""
    if value == UNKNOWN:
        return _("not known")
    return dimension.names([value]).get(value) or str(value)
