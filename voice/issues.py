"""A digest in words: the same for the page and the mail."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.formatting import exact, number, percent
from surveys.measures import usual
from surveys.models import Kind
from voice import words
from voice.lens import Lens
from voice.models import Feeling
from voice.queries.digests import Digest, Figure, Move, Span, feelings
from voice.queries.quotes import Quote
from voice.queries.remarks import Cell

NAMES = {"nps": Kind.NPS, "csat": Kind.CSAT}


def told(digest: Digest) -> dict[str, Any]:
    """Plain values for flat templates; addresses are paths."""
    return {
        "digest": digest,
        "span": span(digest.span),
        "is_empty": not digest.comments.n,
        "comments": _comments(digest.comments, digest.comments_before),
        "comments_path": _said(digest.span),
        "feelings": [
            (str(Feeling(feeling).label), n, _said(digest.span, feeling=feeling))
            for feeling, n in feelings(digest.comments)
        ],
        "figures": [_figure(one, digest.span) for one in digest.figures],
        "rose": [_move(move, digest.span) for move in digest.rose],
        "fell": [_move(move, digest.span) for move in digest.fell],
        "unsure": [_move(move, digest.span) for move in digest.unsure],
        "quotes": [_quote(one) for one in digest.quotes],
        "done": [{"title": one.title, "path": _improvement(one.pk)} for one in digest.done],
        "verified": [
            {"title": one.title, "path": _improvement(one.pk), "outcome": str(words.OUTCOMES[effect.outcome][1])}
            for one, effect in digest.verified
        ],
        "overdue": [
            {
                "title": one.title,
                "path": _improvement(one.pk),
                "due": exact(one.due_on),
                "owner": str(one.owner) if one.owner else _("nobody"),
            }
            for one in digest.overdue
        ],
        "complaints": _complaints(digest),
    }


def span(about: Span) -> str:
    """`16 Nov 2026 to 22 Nov 2026`."""
    return _("%(first)s to %(last)s") % {"first": exact(about.first), "last": exact(about.last)}


def _comments(now: Cell, before: Cell) -> str:
    said = ngettext("%(n)s comment", "%(n)s comments", now.n) % {"n": number(now.n)}
    return _("%(said)s, %(before)s before") % {"said": said, "before": number(before.n)}


def _figure(one: Figure, about: Span) -> dict[str, str]:
    now = one.now
    if now.value is None or now.low is None or now.high is None:
        text = _("no answers")
    else:
        show = usual(one.metric).shown
        text = _("%(value)s, from %(n)s answers; somewhere from %(low)s to %(high)s") % {
            "value": show(now.value),
            "n": number(now.n),
            "low": show(now.low),
            "high": show(now.high),
        }
    before = one.before
    then = "" if before.value is None else _("before: %(value)s") % {"value": usual(one.metric).shown(before.value)}
    path = reverse("surveys:survey_list") + f"?metric={one.metric}&since={about.first}&until={about.last}"
    return {"name": str(NAMES[one.metric].label), "text": text, "before": then, "path": path}


def _move(move: Move, about: Span) -> dict[str, str]:
    text = _("%(now)s of comments, %(before)s before (%(hits)s of %(n)s, then %(hits_before)s of %(n_before)s)") % {
        "now": percent(move.now / move.of_now),
        "before": percent(move.before / move.of_before),
        "hits": number(move.now),
        "n": number(move.of_now),
        "hits_before": number(move.before),
        "n_before": number(move.of_before),
    }
    return {"name": move.theme.name, "text": text, "path": _said(about, theme=move.theme.pk)}


def _said(about: Span, **narrowed: Any) -> str:
    """Where the comments stand that were counted."""
    return reverse("voice:remark_list") + Lens(first=about.first, last=about.last, **narrowed).query()


def _quote(one: Quote) -> dict[str, Any]:
    who = f"{one.person}, {one.account}" if one.person else one.account
    return {
        "text": one.text,
        "who": who,
        "day": exact(one.said_at.date()),
        "feeling": str(Feeling(one.feeling).label),
        "themes": ", ".join(one.themes),
        "path": reverse("voice:remark", args=[one.remark_id]),
    }


def _improvement(pk: int) -> str:
    return reverse("voice:improvement", args=[pk])


def _complaints(digest: Digest) -> list[dict[str, str]]:
    """Each figure with the complaints it counts: opened and closed in these days, open and overdue at their end."""
    found, about = digest.complaints, digest.span
    address = reverse("complaints:complaint_list") + f"?who=all&since={about.first}&until={about.last}&show="
    told = {
        "all": _("%(shown)s opened") % {"shown": number(found.opened)},
        "closed": _("%(shown)s closed") % {"shown": number(found.closed)},
        "open": _("%(shown)s open at the end") % {"shown": number(found.open)},
        "overdue": _("%(shown)s of them overdue") % {"shown": number(found.overdue)},
    }
    return [{"text": text, "path": address + show} for show, text in told.items()]
