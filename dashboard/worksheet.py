"""Today's list, and what a search finds, as tables for a spreadsheet: the header first."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from alerts.models import Dismissal
from dashboard import places, reasons
from dashboard.queries import Found
from dashboard.ranking import Line
from health import queries as health_queries
from lib.formatting import major_units

CHUNK = 1000  # lines whose parts are read at once


def today(lines: Sequence[Line], owners: Mapping[int, tuple[str, bool]], day: date) -> Iterator[Sequence[object]]:
    """Every line in its order, why and what next in words."""
    yield [
        _("Place"), _("Account id"), _("Account"), _("Why"), _("Next step"), _("ARR"), _("Currency"), _("Renews on"),
        _("Health score"), _("Health band"), _("Open alerts"), _("Alert opened at"), _("Acknowledged at"), _("Owner"),
        _("Who is missing"), _("Risk"), _("Times a typical account"), _("Nearness of the renewal"), _("Urgency"),
    ]  # fmt: skip
    for start in range(0, len(lines), CHUNK):
        some = lines[start : start + CHUNK]
        parts = health_queries.parts_on([line.account_id for line in some if not line.alert], day)
        for place, line in enumerate(some, start + 1):
            first = line.alert
            known = parts.get(line.account_id, [])
            why = reasons.of_alert(json.loads(first.drivers)) if first else reasons.of_parts(known)
            money = None if line.arr_minor is None else major_units(line.arr_minor, line.currency)
            yield [
                place, line.account_id, line.name, *why, money, line.currency, line.renews_on, line.health_score,
                line.health_band, line.alerts, first and first.opened_at, first and first.acknowledged_at,
                owners[line.owner_id][0] if line.owner_id else "", "; ".join(reasons.of_people(line)),
                *(round(one.figure, 4) for one in places.factors(places.grounds(line, _days(line, day)))),
                round(line.urgency, 4),
            ]  # fmt: skip


def _days(line: Line, day: date) -> int | None:
    return (line.renews_on - day).days if line.renews_on else None


def dismissed(rows: Iterable[Dismissal]) -> Iterator[Sequence[object]]:
    """What is off Today, why, and until when."""
    yield [_("Id"), _("Account id"), _("Account"), _("Why it can wait"), _("Until"), _("Dismissed at"), _("By")]
    for row in rows:
        yield [row.pk, row.account_id, row.account.name, row.reason, row.until, row.at, str(row.by or "")]


def found(found: Found) -> Iterator[Sequence[object]]:
    """Accounts, people and tickets, as the page has them; an address is a person's, a number a ticket's."""
    yield [_("Kind"), _("Id"), _("Name"), _("Account id"), _("Account"), _("E-mail address"), _("Number")]
    for account in found.accounts:
        yield ["account", account.pk, account.name, account.pk, account.name, "", ""]
    for contact in found.contacts:
        yield ["contact", contact.pk, str(contact), contact.account_id, contact.account.name, contact.email, ""]
    for ticket in found.tickets:
        yield ["ticket", ticket.pk, str(ticket), ticket.account_id, ticket.account.name, "", ticket.number]
