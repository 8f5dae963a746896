"""What the query strings of lists may say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.queries import CHAMPION_LEFT, NO_DECIDER, NOTHING, Filter
from accounts.stages import Band, Stage
from dashboard.queries import SORTS
from dashboard.ranking import MORE_LINES, MOST_LINES
from segments import queries as segment_queries
from segments.queries import Judged
from workspaces.capabilities import Role
from workspaces.queries import Membership

VIEWS = {
    "all": (_("All"), "name"),
    "mine": (_("Mine"), "name"),
    "at_risk": (_("At risk"), "score"),
    "renewing": (_("Renewing in 90 days"), "renewal"),
    "no_data": (_("No data"), "name"),
}
ANY = ("", "")


class OwnerField(forms.ChoiceField):
    """A member's id, NOTHING, or empty."""

    def clean(self, value: Any) -> int | str:
        chosen = str(super().clean(value))
        return int(chosen) if chosen.isdecimal() else chosen


class AccountFilter(forms.Form):
    """Which accounts, in which order. What cannot be understood is left out and said."""

    view = forms.ChoiceField(choices=[(key, label) for key, (label, _sort) in VIEWS.items()], required=False)
    q = forms.CharField(
        label=_("Name"),
        max_length=100,
        required=False,
    )
    stage = forms.ChoiceField(label=_("Stage"), choices=[("", _("Any stage")), *Stage.choices], required=False)
    band = forms.ChoiceField(
        label=_("Health"),
        choices=[("", _("Any health")), *Band.choices, (NOTHING, _("No data"))],
        required=False,
    )
    owner = OwnerField(label=_("Owner"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), choices=[("", _("Any tier")), *Account.Tier.choices], required=False)
    missing = forms.ChoiceField(
        label=_("People"),
        choices=[("", _("Any people")), (NO_DECIDER, _("No decision maker")), (CHAMPION_LEFT, _("Champion left"))],
        required=False,
    )
    tag = forms.CharField(label=_("Tag"), required=False, max_length=40)
    parent = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    fit = forms.CharField(required=False, max_length=80)
    sort = forms.ChoiceField(choices=[(key, key) for key in SORTS], required=False)
    after = forms.CharField(required=False, max_length=2000)
    before = forms.CharField(required=False, max_length=2000)

    def __init__(
        self,
        data: Any,
        *,
        owners: dict[int, tuple[str, bool]],
        segments: Mapping[int, str],
        member_id: int,
        tags: Sequence[str] = (),
    ) -> None:
        """`tags` are offered; any other may be asked for."""
        super().__init__(data, auto_id="filter-%s")
        self.member_id = member_id
        self.tags = tags
        self.fields["owner"].choices = owner_choices(owners)  # type: ignore[attr-defined]
        self.fields["segment"].choices = [("", ""), *((str(pk), name) for pk, name in segments.items())]  # type: ignore[attr-defined]
        self.is_valid()

    def clean_fit(self) -> Judged | None:
        text = self.cleaned_data["fit"]
        judged = Judged.read(text) if text else None
        if text and judged is None:
            raise forms.ValidationError(_("This cannot be read."))
        return judged

    @property
    def place(self) -> dict[str, str]:
        """The cursor of the page asked for."""
        return {name: self.cleaned_data.get(name) or "" for name in ("after", "before")}

    @property
    def shown(self) -> list[SafeString]:
        """The controls a person sees: written out here, for a widget's template takes a millisecond each."""
        boxes = [search_box(self["q"]), *(select(self[name]) for name in ("stage", "band", "owner", "tier", "missing"))]
        asked = str(self.cleaned_data.get("tag") or "")
        if not self.tags and not asked:
            return boxes
        names = dict.fromkeys([*self.tags, *([asked] if asked else [])])
        return [*boxes, select(self["tag"], [("", _("Any tag")), *((name, name) for name in names)])]

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a saved view is chosen."""
        names = ("q", "stage", "band", "owner", "tier", "missing", "tag", "parent")
        return any(self.cleaned_data.get(name) for name in names)

    @property
    def view_key(self) -> str:
        return str(self.cleaned_data.get("view") or "all")

    @property
    def segment_id(self) -> int | None:
        """The segment whose accounts are wanted."""
        return int(self.cleaned_data.get("segment") or 0) or None

    @property
    def judged(self) -> Judged | None:
        """Those whom the page about the ideal customer counted."""
        return self.cleaned_data.get("fit")

    @property
    def audience(self) -> dict[str, str]:
        """What of the address says whose list this is, beside the view; the filters keep it."""
        named = {"segment": str(self.segment_id or ""), "fit": str(self.judged or "")}
        return {name: text for name, text in named.items() if text}

    @property
    def ids(self) -> "QuerySet[Any, int] | None":
        """The accounts of the segment, or of the figure that was opened; None where neither is asked for.

        A segment that is gone holds nobody: left out, it would show, save or change everybody.
        """
        if "segment" in self.errors:
            return segment_queries.member_ids(0)
        if self.segment_id:
            return segment_queries.member_ids(self.segment_id)
        return self.judged.ids() if self.judged else None

    @property
    def sort_key(self) -> str:
        return str(self.cleaned_data.get("sort") or VIEWS[self.view_key][1])

    def wanted(self, today: date) -> Filter:
        """The filter, the chosen view's own conditions winning over an empty field."""
        chosen: dict[str, Any] = {
            name: self.cleaned_data.get(name) or "" for name in ("stage", "band", "owner", "tier")
        }
        view = self.view_key
        if view == "mine":
            chosen["owner"] = chosen["owner"] or self.member_id
        if view in {"at_risk", "no_data"}:
            chosen["band"] = chosen["band"] or {"at_risk": Band.AT_RISK.value, "no_data": NOTHING}[view]
        words = self.cleaned_data.get("q") or ""
        return Filter(
            words=words,
            renews_from=today if view == "renewing" else None,
            customers=view in {"at_risk", "renewing"},
            ids=self.ids,
            signal=self.cleaned_data.get("missing") or "",
            tag=self.cleaned_data.get("tag") or "",
            parent=self.cleaned_data.get("parent"),
            **chosen,
        )


def search_box(field: forms.BoundField) -> SafeString:
    """A text field whose label is its placeholder."""
    return format_html(
        '<input class="form-control" type="search" id="{}" name="{}" value="{}" maxlength="100" autocomplete="off"'
        ' placeholder="{}" aria-label="{}">',
        field.id_for_label,
        field.html_name,
        field.value() or "",
        field.label,
        field.label,
    )


def select(field: forms.BoundField, choices: Iterable[tuple[str, Any]] = ()) -> SafeString:
    """A choice, of its field's choices unless others are given; its first option says what it is about."""
    choices = choices or cast(Iterable[tuple[str, str]], cast(forms.ChoiceField, field.field).choices)
    return format_html(
        '<select class="form-select" id="{}" name="{}" aria-label="{}">{}</select>',
        field.id_for_label,
        field.html_name,
        field.label,
        options(choices, str(field.value() or "")),
    )


def options(choices: Iterable[tuple[str, Any]], chosen: str) -> SafeString:
    """The options of a choice: a big team makes them a hundred, too many for a template."""
    return SafeString(
        "".join(
            f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(str(label))}</option>'
            for key, label in choices
        )
    )


def owner_choices(owners: dict[int, tuple[str, bool]]) -> list[tuple[str, str]]:
    """Members who are still here, with "anybody" before and "nobody" after."""
    here = [(str(pk), name) for pk, (name, is_here) in owners.items() if is_here]
    return [("", str(_("Any owner"))), *here, (NOTHING, str(_("Nobody")))]


class TodayFilter(forms.Form):
    """Whose work, and how many lines of it."""

    who = forms.ChoiceField(label=_("Owner"), required=False)
    show = forms.ChoiceField(choices=[("", ""), (str(MORE_LINES), "")], required=False)

    def __init__(self, data: Any, *, owners: dict[int, tuple[str, bool]], member: Membership) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.member = member
        mine = [("mine", str(_("Mine"))), ("all", str(_("Everybody")))]
        self.fields["who"].choices = [*mine, *owner_choices(owners)[1:]]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def chosen(self) -> str:
        """A CSM starts with their own work, others with everybody's."""
        return str(self.cleaned_data.get("who") or ("mine" if self.member.role == Role.CSM else "all"))

    @property
    def others(self) -> SafeString:
        """Whose work may be chosen beside mine and everybody's, as options."""
        choices = list(self.fields["who"].choices)  # type: ignore[attr-defined]
        stay = self.chosen if self.chosen in {"mine", "all"} else "mine"
        return options([(stay, str(_("Somebody else…"))), *choices[2:]], self.chosen)

    @property
    def owner(self) -> int | str:
        """A member's id, NOTHING, or empty for everybody."""
        if self.chosen == "mine":
            return self.member.member_id
        return int(self.chosen) if self.chosen.isdecimal() else self.chosen.removeprefix("all")

    @property
    def most(self) -> int:
        return int(self.cleaned_data.get("show") or MOST_LINES)


class SearchForm(forms.Form):
    """What to look for."""

    q = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        error_messages={"max_length": _("This is too long to look for: at most %(limit_value)d characters.")},
    )

    def refusal(self) -> str:
        """Why it is not looked for; empty when it is, or nothing was asked."""
        return " ".join(map(str, self.errors["q"])) if self.has_error("q", "max_length") else ""

    def words(self) -> str:
        """Empty when there is nothing, or nothing that can be looked for."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""
