"""The gate: may this person be asked, and if not, why not. One place, one order, no database.

A refused person is not asked later. Periods are exact multiples of 24 hours, counted from the last mail sent,
or planned, to the moment this one would go out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lib.addresses import domain_of, is_free_mail, is_role
from surveys.models import Kind, Refusal

Reason = Refusal.Reason


@dataclass(frozen=True)
class House:
    """What is the same for everybody in a workspace."""

    is_on: bool
    quiet: timedelta
    nps_quiet: timedelta
    staff_addresses: frozenset[str] = frozenset()
    staff_domains: frozenset[str] = frozenset()

    def employs(self, address: str) -> bool:
        """Whether the address is a member's, or at a member's company; a free-mail domain is nobody's company."""
        domain = domain_of(address)
        return address.lower() in self.staff_addresses or (domain in self.staff_domains and not is_free_mail(domain))


@dataclass(frozen=True)
class Candidate:
    """One person who might be asked."""

    email: str
    is_opted_out: bool = False
    has_left: bool = False
    is_asked_about_this: bool = False
    last_asked_at: datetime | None = None
    last_nps_at: datetime | None = None


def refusal(candidate: Candidate, house: House, metric: str, at: datetime) -> Reason | None:
    """The first reason not to ask `candidate` at `at`, the moment the mail would go out; None: ask."""
    return standing_refusal(candidate, house) or _timing_refusal(candidate, house, metric, at)


def standing_refusal(candidate: Candidate, house: House) -> Reason | None:
    """The reasons that can still arise between planning a mail and sending it."""
    if candidate.is_opted_out:
        return Reason.OPTED_OUT
    if candidate.has_left:
        return Reason.LEFT
    if not is_deliverable(candidate.email):
        return Reason.BAD_ADDRESS
    if house.employs(candidate.email):
        return Reason.STAFF
    return None if house.is_on else Reason.OFF


def _timing_refusal(candidate: Candidate, house: House, metric: str, at: datetime) -> Reason | None:
    if candidate.is_asked_about_this:
        return Reason.ASKED
    if _is_within(candidate.last_asked_at, house.quiet, at):
        return Reason.QUIET
    if metric == Kind.NPS and _is_within(candidate.last_nps_at, house.nps_quiet, at):
        return Reason.SURVEY_QUIET
    return None


def is_deliverable(address: str) -> bool:
    """One valid address of a person: not empty, not `noreply@`."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return not is_role(address)


def _is_within(last: datetime | None, period: timedelta, at: datetime) -> bool:
    return last is not None and period > timedelta(0) and at < last + period
