"""A quarter in words: the numbers of `reviews.numbers` as the sections of a document, in the reader's language.

Told for us, or for the customer: then without what is between ourselves (score, stage, alerts, who answered what).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Contact
from accounts.stages import Stage
from alerts import sentences as alert_sentences
from health import sentences
from journeys import rules
from lib.formatting import exact, money, number, percent, signed
from lib.markup import band_label
from reviews import charts
from reviews.document import Figure, Line, Promise, Quote, Report, Section
from reviews.models import Section as Key
from surveys.scales import scale

Numbers = dict[str, Any]


def compose(numbers: Numbers, commentary: Mapping[str, str], *, for_customer: bool = False) -> Report:
    """Tell `numbers`, each section with its commentary; `for_customer` leaves out what is between ourselves."""
    sections = [tell(numbers, for_customer) for tell in (summary, outcomes, adoption, support, voice, risks)]
    for section in sections:
        section.commentary = commentary.get(section.key, "")
    last = date.fromisoformat(numbers["last"])
    return Report(
        account=numbers["account"],
        computed_at=datetime.fromisoformat(numbers["computed_at"]),
        last=last,
        sections=sections,
        promises=[_promise(item, last) for item in numbers["actions"]],
        for_customer=for_customer,
    )


def _promise(item: Numbers, last: date) -> Promise:
    due_on, done_on = _date(item["due_on"]), _date(item["done_at"])
    is_overdue = due_on is not None and done_on is None and due_on < last
    return Promise(item["text"], item["owner"], due_on, done_on, item["carried_from"], is_overdue)


def _date(text: str | None) -> date | None:
    """The UTC day of an ISO date or time."""
    return date.fromisoformat(text[:10]) if text else None


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


# -------------------------------------------------------------------------------------------------- summary
def summary(numbers: Numbers, for_customer: bool) -> Section:
    """The quarter in a few sentences, and its five figures."""
    tickets, csat, points = numbers["tickets"], numbers["voice"]["csat"], numbers["touchpoints"]
    section = Section(Key.SUMMARY)
    if not for_customer:
        section.figures.append(_health_figure(numbers["health"]))
        section.sentences += _health_sentences(numbers["health"])
    section.figures += [
        Figure(_("Tickets closed"), number(tickets["closed"]), _days_to_close(tickets["median_days"])),
        Figure(_("Satisfied after support"), _share(csat), _answers(csat)),
        Figure(_("Conversations"), number(points["two_way"]), _last_spoke(points["last_two_way"])),
        _promises_figure(numbers["actions"]),
    ]
    section.sentences += [_support_sentence(tickets), *_usage_sentence(numbers["usage"])]
    return section


def _health_figure(health: Numbers) -> Figure:
    end, start = health["end"], health["start"]
    if end is None:
        return Figure(_("Health"), _("No data"), "")
    before = _("from %(score)s at the start") % {"score": number(start["score"])} if start else ""
    return Figure(_("Health"), f"{number(end['score'])} {band_label(end['band'])}", before)


def _health_sentences(health: Numbers) -> list[str]:
    """The change of the score, and the two parts that did most of it."""
    start, end = health["start"], health["end"]
    if end is None or start is None:
        return []
    moved = end["score"] - start["score"]
    ends = {"before": number(start["score"], 1), "after": number(end["score"], 1), "points": number(abs(moved), 1)}
    if abs(moved) < 1:
        said = _("Health stayed where it was: %(after)s, after %(before)s.") % ends
    elif moved > 0:
        said = _("Health rose by %(points)s points, from %(before)s to %(after)s.") % ends
    else:
        said = _("Health fell by %(points)s points, from %(before)s to %(after)s.") % ends
    return [said, *_causes(start["parts"], end["parts"], moved)]


def _causes(before: list[Numbers], after: list[Numbers], moved: float) -> list[str]:
    """The parts that moved the score most, in its direction: at most two, each by a point or more."""
    had = {part["key"]: part.get("points") or 0 for part in before}
    changes = [((part.get("points") or 0) - had.get(part["key"], 0), part) for part in after]
    same_way = sorted((change for change in changes if change[0] * moved >= abs(moved) > 0), key=lambda c: -abs(c[0]))
    return [
        _("%(part)s %(points)s: %(sentence)s")
        % {"part": sentences.label(part["key"]), "points": signed(points, 1), "sentence": sentences.tell(part)}
        for points, part in same_way[:2]
        if abs(points) >= 1 and "measures" in part
    ]


def _promises_figure(actions: list[Numbers]) -> Figure:
    done = sum(1 for item in actions if item["done_at"])
    return Figure(_("Actions done"), _("%(done)s of %(all)s") % {"done": number(done), "all": number(len(actions))}, "")


def _days_to_close(days: float | None) -> str:
    return _("half within %(days)s days") % {"days": number(days, 1)} if days is not None else ""


def _share(csat: Numbers) -> str:
    return percent(csat["value"] / 100) if csat["value"] is not None else _("No answers")


def _answers(results: Numbers) -> str:
    if not results["n"]:
        return ngettext("%(n)s asked", "%(n)s asked", results["sent"]) % {"n": number(results["sent"])}
    return _("n = %(n)s, 95 %% interval %(low)s to %(high)s") % {
        "n": number(results["n"]),
        "low": number(results["low"]),
        "high": number(results["high"]),
    }


def _last_spoke(last: str | None) -> str:
    return _("the last on %(day)s") % {"day": exact(_day(last))} if last else ""


def _support_sentence(tickets: Numbers) -> str:
    values = {"opened": number(tickets["opened"]), "closed": number(tickets["closed"])}
    return (
        ngettext(
            "%(opened)s ticket came in; closed: %(closed)s.",
            "%(opened)s tickets came in; closed: %(closed)s.",
            tickets["opened"],
        )
        % values
    )


def _usage_sentence(usage: list[Numbers]) -> list[str]:
    first = usage[0] if usage else {"now": None, "before": None}
    if first["now"] is None or not first["before"]:
        return []
    values = {
        "metric": first["name"],
        "now": number(first["now"], 1),
        "change": _change(first["now"], first["before"]),
    }
    return [_("%(metric)s: %(now)s a day, %(change)s against the quarter before.") % values]


def _change(now: float, before: float) -> str:
    ratio = (now - before) / before
    return f"+{percent(ratio)}" if round(ratio, 2) > 0 else percent(ratio)


# ------------------------------------------------------------------------------------------------- outcomes
def outcomes(numbers: Numbers, for_customer: bool) -> Section:
    """What was agreed and what came of it: contracts, promises kept, and where the account moved."""
    section = Section(Key.OUTCOMES)
    for contract in numbers["contracts"]:
        section.figures.append(
            Figure(
                contract["name"],
                money(contract["value_minor"], contract["currency"]),
                _contract_terms(contract),
            )
        )
    if not numbers["contracts"]:
        section.sentences.append(_("No contract ran at the end of the quarter."))
    section.lines = [
        Line(_day(item["done_at"]), _("Done: %(text)s") % {"text": item["text"]}, "good")
        for item in numbers["actions"]
        if item["done_at"]
    ]
    if not for_customer:
        section.lines += [_move(move) for move in numbers["moves"]]
    section.lines.sort(key=lambda line: line.day)
    return section


def _contract_terms(contract: Numbers) -> str:
    until = _("until %(day)s") % {"day": exact(_day(contract["ends_on"]))}
    if contract["seats"] is None:
        return until
    seats = ngettext("%(n)s seat", "%(n)s seats", contract["seats"]) % {"n": number(contract["seats"])}
    return f"{seats}, {until}"


def _move(move: Numbers) -> Line:
    labels = dict(Stage.choices)
    told = _("%(from)s → %(to)s: %(why)s") % {
        "from": labels.get(move["from"], move["from"]),
        "to": labels.get(move["to"], move["to"]),
        "why": rules.sentence(move["rule"], move["reason"], move["data"]),
    }
    return Line(_day(move["at"]), told, "bad" if move["to"] in (Stage.DISAPPOINTMENT, Stage.CHURN) else "")


# ------------------------------------------------------------------------------------------------- adoption
def adoption(numbers: Numbers, _for_customer: bool) -> Section:
    """How much they use what they pay for."""
    section = Section(Key.ADOPTION, chart=charts.usage(numbers["usage"]))
    licences = numbers["licences"]
    if licences["used"] is not None and licences["seats"]:
        of = {"used": number(licences["used"]), "seats": number(licences["seats"])}
        share = percent(licences["used"] / licences["seats"])
        section.figures.append(Figure(_("Seats used"), share, _("%(used)s of %(seats)s") % of))
    measured = [one for one in numbers["usage"] if one["now"] is not None and one["key"] != "seats_used"]
    section.figures += [_usage_figure(one) for one in measured[:4]]
    if not section.figures:
        section.sentences.append(_("No usage was measured in this quarter."))
    return section


def _usage_figure(one: Numbers) -> Figure:
    days = ngettext("%(n)s day measured", "%(n)s days measured", one["days"]) % {"n": number(one["days"])}
    if one["before"]:
        days = _("%(change)s on the quarter before, %(days)s") % {
            "change": _change(one["now"], one["before"]),
            "days": days,
        }
    label = _("%(metric)s a day") % {"metric": one["name"]}
    return Figure(label, number(one["now"], 1 if one["now"] < 100 else 0), days)


# -------------------------------------------------------------------------------------------------- support
def support(numbers: Numbers, _for_customer: bool) -> Section:
    """What they asked for help with, and how it went."""
    tickets = numbers["tickets"]
    section = Section(
        Key.SUPPORT,
        figures=[
            Figure(_("Opened"), number(tickets["opened"]), _before(tickets["opened_before"])),
            Figure(_("Closed"), number(tickets["closed"]), _before(tickets["closed_before"])),
            Figure(_("Reopened"), number(tickets["reopened"])),
            Figure(_("Still open"), number(tickets["still_open"])),
            Figure(_("Days to close"), number(tickets["median_days"], 1), _("median")),
        ],
        lines=[_closed(ticket) for ticket in tickets["list"]],
    )
    rest = tickets["closed"] - len(tickets["list"])
    if rest > 0:
        section.more = ngettext("and %(n)s more closed", "and %(n)s more closed", rest) % {"n": number(rest)}
    return section


def _before(count: int) -> str:
    return _("%(n)s in the quarter before") % {"n": number(count)}


def _closed(ticket: Numbers) -> Line:
    subject = ticket["subject"] or _("No subject")
    text = f"#{ticket['number']} {subject}" if ticket["number"] else subject
    return Line(_day(ticket["closed_at"]), _("Closed: %(ticket)s") % {"ticket": text})


# ---------------------------------------------------------------------------------------------------- voice
def voice(numbers: Numbers, for_customer: bool) -> Section:
    """What they told us when we asked."""
    csat, nps = numbers["voice"]["csat"], numbers["voice"]["nps"]
    answers = numbers["voice"]["answers"]
    section = Section(
        Key.VOICE,
        figures=[
            Figure(_("Satisfied after support"), _share(csat), _answers(csat)),
            Figure(_("Would recommend us (NPS)"), _nps(nps), _answers(nps)),
        ],
        quotes=[
            Quote(answer["comment"], _who(answer, for_customer)) for answer in answers if answer["comment"].strip()
        ],
    )
    if not for_customer:
        section.lines = [_answered(answer) for answer in answers]
    if not answers:
        section.sentences.append(_("Nobody has answered a survey in this quarter."))
    return section


def _nps(nps: Numbers) -> str:
    return signed(nps["value"]) if nps["value"] is not None else _("No answers")


def _who(answer: Numbers, for_customer: bool) -> str:
    """The customer reads what was said, not who said it."""
    role = str(dict(Contact.Role.choices).get(answer["contact_role"], ""))
    return role if for_customer else f"{answer['contact_name']}, {role}"


def _answered(answer: Numbers) -> Line:
    told = _("%(who)s answered %(value)s of %(most)s (%(survey)s).") % {
        "who": answer["contact_name"],
        "value": number(answer["value"]),
        "most": number(answer["scale_max"]),
        "survey": _("recommendation") if answer["metric"] == "nps" else _("after support"),
    }
    is_bad = scale(answer["metric"], answer["scale_max"]).is_bad(answer["value"])
    return Line(_day(answer["at"]), told, "bad" if is_bad else "")


# ---------------------------------------------------------------------------------------------------- risks
def risks(numbers: Numbers, for_customer: bool) -> Section:
    """What could keep us from going on together; said even when all is well."""
    section = Section(Key.RISKS)
    account, last = numbers["account"], date.fromisoformat(numbers["last"])
    renews_on = _date(account["renews_on"])
    if renews_on:
        left = _("%(n)s days after this report") % {"n": number((renews_on - last).days)}
        section.figures.append(Figure(_("Renewal"), exact(renews_on), left))
    section.figures.append(Figure(_("Recurring revenue a year"), money(account["arr_minor"], account["currency"])))
    if for_customer:
        return section
    section.chart = charts.health(numbers["health"]["curve"])
    section.lines = [line for alert in numbers["alerts"] for line in _alert(alert)]
    section.lines.sort(key=lambda line: line.day)
    if not numbers["alerts"]:
        section.sentences.append(_("No alert was open in this quarter."))
    return section


_CLOSED = {
    "recovered": (gettext_lazy("recovered"), "good"),
    "resolved": (gettext_lazy("resolved by hand"), "good"),
    "lost": (gettext_lazy("the customer was lost"), ""),
}


def _alert(alert: Numbers) -> list[Line]:
    reason = " ".join(alert_sentences.reason(driver) for driver in alert["drivers"])
    lines = [Line(_day(alert["opened_at"]), _("Alert: %(reason)s") % {"reason": reason}, "bad")]
    if alert["closed_at"]:
        how, tone = _CLOSED[alert["closed_how"]]
        lines.append(Line(_day(alert["closed_at"]), _("Alert closed: %(how)s.") % {"how": how}, tone))
    return lines
