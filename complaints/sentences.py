"""Rules and figures in words, with the arithmetic."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Ticket
from complaints.estimate import Basis, Estimate
from complaints.models import ComplaintRule
from complaints.queries.figure import Conversion
from journeys.models import Touchpoint
from lib.formatting import number, percent

SOURCE = ComplaintRule.Source
MOST_WORDS = 6


def rule(one: ComplaintRule) -> str:
    """What a rule takes for a complaint: “A bad survey answer with a comment that says refund or cancel”."""
    parts = [_OF_SOURCE[SOURCE(one.source)](one)]
    if one.words:
        more = len(one.words) - MOST_WORDS
        words = _either(f"“{word}”" for word in one.words[:MOST_WORDS])
        parts.append(_("that says %(words)s") % {"words": words})
        if more > 0:
            parts.append(ngettext("or %(n)s word more", "or %(n)s words more", more) % {"n": more})
    return " ".join(parts)


def _answer(one: ComplaintRule) -> str:
    if one.is_bad_only:
        return _("A bad answer with a comment") if one.needs_comment else _("A bad answer")
    return _("An answer with a comment") if one.needs_comment else _("An answer")


def _ticket(one: ComplaintRule) -> str:
    parts = [_("A ticket")]
    if one.priorities:
        labels = (str(Ticket.Priority(key).label) for key in one.priorities)
        parts.append(_("of priority %(priorities)s") % {"priorities": _either(labels)})
    if one.topics:
        labels = (str(Ticket.Topic(key).label) for key in one.topics)
        parts.append(_("of topic %(topics)s") % {"topics": _either(labels)})
    if one.tags:
        parts.append(_("tagged %(tags)s") % {"tags": _either(_("“%(tag)s”") % {"tag": tag} for tag in one.tags)})
    return " ".join(parts)


def _touchpoint(one: ComplaintRule) -> str:
    if one.felt_at_most is None:
        return _("A touchpoint")
    felt = {"felt": str(Touchpoint.Experience(one.felt_at_most).label).lower()}
    is_worst = one.felt_at_most == min(Touchpoint.Experience.values)
    return (_("A touchpoint that felt %(felt)s") if is_worst else _("A touchpoint that felt %(felt)s at best")) % felt


_OF_SOURCE = {SOURCE.ANSWER: _answer, SOURCE.TICKET: _ticket, SOURCE.TOUCHPOINT: _touchpoint}


def _either(words: Iterable[str]) -> str:
    *first, last = words
    return _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last


# ------------------------------------------------------------------------------------------- silent others
def basis(one: Estimate) -> str:
    """What the estimate rests on, as its label."""
    return {
        Basis.ASSUMPTION: _("An assumption: nobody has been asked yet"),
        Basis.MIXED: _("An assumption, corrected by what you have heard"),
        Basis.OWN: _("Your own data alone"),
    }[one.basis]


def silent(one: Estimate) -> list[str]:
    """Each step of the arithmetic, one sentence each."""
    told = []
    if one.weight:
        words = {"prior": number(one.prior), "weight": number(one.weight)}
        told.append(
            _("Assumed: %(prior)s silent others to each complaint. This counts as much as %(weight)s complaints.")
            % words
        )
    elif one.basis is Basis.ASSUMPTION:
        told.append(_("Assumed: %(prior)s silent others to each complaint.") % {"prior": number(one.prior)})
    if one.asked:
        told += _heard(one)
    customers = ngettext(
        "%(n)s customer whose complaint is open", "%(n)s customers whose complaint is open", one.complaints
    )
    total = {
        "per": number(one.per_complaint, 1),
        "customers": customers % {"n": number(one.complaints)},
        "product": number(one.per_complaint * one.complaints),
    }
    told.append(_("%(per)s × %(customers)s = %(product)s silent others.") % total)
    if one.is_capped:
        told.append(_("There are only %(n)s other customers: no more can be silent.") % {"n": number(one.others)})
    return told


def _heard(one: Estimate) -> list[str]:
    low, high = one.interval
    words = {
        "replied": number(one.replied),
        "asked": number(one.asked),
        "me_too": number(one.me_too),
        "share": percent(one.share),
        "low": percent(low),
        "high": percent(high),
        "found": number(one.found, 1),
        "weight": number(one.weight),
        "prior": number(one.prior),
        "n": number(one.asked + one.weight),
        "per": number(one.per_complaint, 1),
    }
    heard = _(
        "Heard: of %(replied)s look-alikes of %(asked)s complaints who replied, %(me_too)s have the same trouble: "
        "%(share)s (95 %% interval %(low)s to %(high)s). If all who are like them are so, that is %(found)s others."
    )
    if not one.weight:
        return [heard % words, _("Per complaint: %(found)s ÷ %(asked)s = %(per)s.") % words]
    mixed = _("Per complaint: (%(weight)s × %(prior)s + %(found)s) ÷ (%(weight)s + %(asked)s) = %(per)s.")
    return [heard % words, mixed % words]


def conversion(one: Conversion) -> str:
    """How many of those who complained recommend us later, and how far that can be trusted."""
    words = {"complained": number(one.complained), "answered": number(one.answered), "promoters": number(one.promoters)}
    if not one.answered:
        return _("%(complained)s people had a complaint that is closed. None of them was asked again since.") % words
    low, high = one.interval
    words |= {"share": percent(one.share), "low": percent(low), "high": percent(high)}
    return (
        _(
            "%(complained)s people had a complaint that is closed. %(answered)s of them said later how likely they are "
            "to recommend us, %(promoters)s with 9 or 10: %(share)s (95 %% interval %(low)s to %(high)s)."
        )
        % words
    )
