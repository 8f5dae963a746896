"""The experience curve: what customers expected of each touchpoint against how it felt."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journeys.models import Touchpoint
from lib.formatting import exact, signed
from lib.svg import Line, line_chart
from lib.time import day_of


def experience_curve(touchpoints: Sequence[Touchpoint]) -> SafeString | None:
    """Over the given touchpoints, newest first; None when none of them says anything."""
    told = [one for one in reversed(touchpoints) if one.expected is not None or one.felt is not None]
    if not told:
        return None
    lines = [
        Line(_("Expected"), [one.expected for one in told], tone="4"),
        Line(_("Felt"), [one.felt for one in told], tone="1"),
    ]
    labels = [exact(day_of(one.at)) for one in told]
    return line_chart(
        lines,
        labels,
        _("Experience: expected and felt"),
        _words(told),
        low=-2,
        high=2,
        rules=[(0, _("As usual"))],
        width=560,
        height=180,
    )


def _words(told: Sequence[Touchpoint]) -> str:
    newest = told[-1]
    count = ngettext("%(n)s touchpoint.", "%(n)s touchpoints.", len(told)) % {"n": len(told)}
    last = _("The newest, on %(day)s: expected %(expected)s, felt %(felt)s.") % {
        "day": exact(day_of(newest.at)),
        "expected": signed(newest.expected),
        "felt": signed(newest.felt),
    }
    return f"{count} {last}"
