"""What pages, API and other apps ask about customers; by noun, with what is asked most at hand here."""

from accounts.queries.account import (
    MOST_COUNTED,
    NOTHING,
    RENEWS_SOON,
    Filter,
    Matched,
    accounts,
    accounts_known_as,
    accounts_meant,
    capped_count,
    external_ids_of,
    found_accounts,
    matched,
    matching,
    narrowed,
)
from accounts.queries.contact import contacts, contacts_of, deciders_and_champions, found_contacts, people
from accounts.queries.contract import contracts, contracts_of
from accounts.queries.moments import NEWEST_FIRST, Moment, moments_between, timeline
from accounts.queries.ranges import id_ranges, ids_between
from accounts.queries.search import LETTERS, MOST_FOUND, Sifted, TooSparse
from accounts.queries.ticket import found_tickets, tickets_of
from accounts.queries.words import meant
from accounts.stakeholders import CHAMPION_LEFT, NO_DECIDER

__all__ = [
    "CHAMPION_LEFT",
    "LETTERS",
    "MOST_COUNTED",
    "MOST_FOUND",
    "NEWEST_FIRST",
    "NOTHING",
    "NO_DECIDER",
    "RENEWS_SOON",
    "Filter",
    "Matched",
    "Moment",
    "Sifted",
    "TooSparse",
    "accounts",
    "accounts_known_as",
    "accounts_meant",
    "capped_count",
    "contacts",
    "contacts_of",
    "contracts",
    "contracts_of",
    "deciders_and_champions",
    "external_ids_of",
    "found_accounts",
    "found_contacts",
    "found_tickets",
    "id_ranges",
    "ids_between",
    "matched",
    "matching",
    "meant",
    "moments_between",
    "narrowed",
    "people",
    "tickets_of",
    "timeline",
]
