"""What stands in the account's own row, and beside it: name, tier, money, stage, score, tags, ids elsewhere."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from accounts.languages import LANGUAGES
from accounts.models import Account, Tag
from accounts.stages import Band, Stage
from segments.conditions import Kind
from segments.registry import About, Field, Reach, Sql
from workspaces import tenancy
from workspaces.models import Member


def column(text: str) -> "Column":
    return Column(text)


class Column:
    """A value that needs nothing but the account's row."""

    def __init__(self, text: str) -> None:
        self.sql = Sql(text)

    def __call__(self, reach: Reach) -> Sql:
        return self.sql


def _arr(reach: Reach) -> Sql:
    """Amounts of another currency cannot be compared: nothing is known of them in this one."""
    return Sql("case when a.currency = %s then a.arr_minor end", (reach.currency,))


def _days_in_stage(reach: Reach) -> Sql:
    return Sql("(%s::date - (a.stage_since at time zone 'UTC')::date)", (reach.today,))


def _owners() -> Iterator[tuple[str, str]]:
    """Members, those who left after those who are here."""
    members = Member.objects.select_related("user").order_by("-ended_at", "user__name", "pk")
    for member in sorted(members, key=lambda one: one.ended_at is not None):
        yield str(member.pk), str(member) if member.ended_at is None else _("%(name)s (left)") % {"name": member}


def _tags() -> Iterator[tuple[str, str]]:
    return ((str(tag.pk), tag.name) for tag in Tag.objects.order_by("name", "pk"))


def _sources() -> list[tuple[str, str]]:
    """The systems that accounts have ids in, hopping from one to the next by the index: there may be a million ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive hop(source) as (
                (select source from accounts_externalid where workspace_id = %(ws)s order by source limit 1)
                union all
                select (select e.source from accounts_externalid e
                        where e.workspace_id = %(ws)s and e.source > hop.source order by e.source limit 1)
                from hop where hop.source is not null
            )
            select source from hop where source is not null limit 100
            """,
            {"ws": tenancy.current_id()},
        )
        return [(source, source) for (source,) in cursor.fetchall()]


FIELDS = [
    Field("name", later("Name"), Kind.TEXT, About.ACCOUNT, column("a.name"), later("a name"), has_gaps=False),
    Field(
        "domain",
        later("E-mail domain"),
        Kind.SET,
        About.ACCOUNT,
        column("from unnest(a.domains) as d(v) where true"),
        later("the e-mail domain"),
        member="d.v",
    ),
    Field(
        "tier",
        later("Tier"),
        Kind.CHOICE,
        About.ACCOUNT,
        column("a.tier"),
        later("the tier"),
        choices=lambda: Account.Tier.choices,
        has_gaps=False,
        describes=True,
    ),
    Field(
        "industry",
        later("Industry"),
        Kind.TEXT,
        About.ACCOUNT,
        column("nullif(a.industry, '')"),
        later("an industry"),
        describes=True,
    ),
    Field(
        "language",
        later("Language"),
        Kind.CHOICE,
        About.ACCOUNT,
        column("nullif(a.locale, '')"),
        later("the language"),
        choices=lambda: LANGUAGES,
        describes=True,
    ),
    Field(
        "arr",
        later("Annual recurring revenue"),
        Kind.MONEY,
        About.ACCOUNT,
        _arr,
        later("annual revenue"),
        describes=True,
    ),
    Field(
        "owner",
        later("Owner"),
        Kind.CHOICE,
        About.ACCOUNT,
        column("a.owner_id"),
        later("the owner"),
        phrases={
            "any_of": lambda words: _("owned by %(values)s") % words,
            "none_of": lambda words: _("owned by somebody other than %(values)s") % words,
            "empty": lambda words: _("owned by nobody"),
            "not_empty": lambda words: _("owned by somebody"),
        },
        choices=_owners,
        is_id=True,
    ),
    Field(
        "created",
        later("Added on"),
        Kind.DATE,
        About.ACCOUNT,
        column("a.created_at"),
        phrases={
            "before": lambda words: _("added before %(value)s") % words,
            "after": lambda words: _("added after %(value)s") % words,
            "last_days": lambda words: (
                ngettext("added in the last %(value)s day", "added in the last %(value)s days", words["count"]) % words
            ),
        },
        has_gaps=False,
        is_instant=True,
    ),
    Field(
        "has_parent",
        later("Belongs to another account"),
        Kind.YES_NO,
        About.ACCOUNT,
        column("(a.parent_id is not null)"),
        phrases={
            "yes": lambda words: _("belonging to another account"),
            "no": lambda words: _("belonging to no other account"),
        },
        has_gaps=False,
        describes=True,
    ),
    Field(
        "has_children",
        later("Has accounts below it"),
        Kind.YES_NO,
        About.ACCOUNT,
        column(
            "exists (select 1 from accounts_account k where k.workspace_id = a.workspace_id and k.parent_id = a.id)"
        ),
        phrases={
            "yes": lambda words: _("with accounts below them"),
            "no": lambda words: _("with no account below them"),
        },
        has_gaps=False,
        describes=True,
    ),
    Field(
        "tags",
        later("Tags"),
        Kind.SET,
        About.ACCOUNT,
        column("from accounts_accounttag t where t.workspace_id = a.workspace_id and t.account_id = a.id"),
        member="t.tag_id",
        phrases={
            "any_of": lambda words: _("tagged %(values)s") % words,
            "none_of": lambda words: _("not tagged %(values)s") % words,
            "empty": lambda words: _("without a tag"),
            "not_empty": lambda words: _("with a tag"),
        },
        choices=_tags,
        is_id=True,
        describes=True,
    ),
    Field(
        "id_in",
        later("Has an id in"),
        Kind.SET,
        About.ACCOUNT,
        column("from accounts_externalid e where e.workspace_id = a.workspace_id and e.account_id = a.id"),
        member="e.source",
        phrases={
            "any_of": lambda words: _("with an id in %(values)s") % words,
            "none_of": lambda words: _("without an id in %(values)s") % words,
            "empty": lambda words: _("without an id in another system"),
            "not_empty": lambda words: _("with an id in another system"),
        },
        choices=_sources,
        describes=True,
    ),
    Field(
        "stage",
        later("Stage"),
        Kind.CHOICE,
        About.STANDING,
        column("a.stage"),
        phrases={
            "any_of": lambda words: _("in %(values)s") % words,
            "none_of": lambda words: _("not in %(values)s") % words,
        },
        choices=lambda: Stage.choices,
        has_gaps=False,
    ),
    Field(
        "days_in_stage",
        later("Days in the stage"),
        Kind.NUMBER,
        About.STANDING,
        _days_in_stage,
        phrases={
            "above": lambda words: _("for more than %(value)s days in their stage") % words,
            "below": lambda words: _("for less than %(value)s days in their stage") % words,
        },
        noun=later("a number of days in the stage"),
        has_gaps=False,
    ),
    Field("score", later("Health score"), Kind.NUMBER, About.STANDING, column("a.health_score"), later("a score")),
    Field(
        "band",
        later("Health"),
        Kind.CHOICE,
        About.STANDING,
        column("nullif(a.health_band, '')"),
        noun=later("a health band"),
        phrases={
            "any_of": lambda words: _("with health %(values)s") % words,
            "none_of": lambda words: _("with health other than %(values)s") % words,
        },
        choices=lambda: Band.choices,
    ),
    Field(
        "coverage",
        later("Coverage of the score, %"),
        Kind.NUMBER,
        About.STANDING,
        column("(a.health_coverage * 100)"),
        later("a coverage of the score"),
        has_gaps=False,
        unit="%",
    ),
    Field(
        "fit",
        later("Fit with the ideal customer"),
        Kind.NUMBER,
        About.STANDING,
        column(
            "(select f.score from segments_accountfit f where f.workspace_id = a.workspace_id and f.account_id = a.id)"
        ),
        later("a fit"),
    ),
]
