"""What the headers of a file tell: what its rows are, which column is what, and where it comes from."""

import hashlib
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import override

from imports.cells import fold
from imports.kinds import FIELDS, LEFT_OUT, Kind

OURS, HUBSPOT, SALESFORCE, ZENDESK = "ninefold", "hubspot", "salesforce", "zendesk"

# A file can only be of a kind whose every group has a column in it.
_TELLING: dict[str, tuple[tuple[str, ...], ...]] = {
    Kind.ACCOUNTS: (("name",),),
    Kind.CONTACTS: (("email", "first_name", "last_name", "title", "role"),),
    Kind.CONTRACTS: (("starts_on", "ends_on"),),
    Kind.TICKETS: (("external_id",), ("subject", "status"), ("opened_at", "closed_at", "status", "number")),
    Kind.TOUCHPOINTS: (("at",), ("summary", "channel")),
    Kind.METRICS: (("day",), ("account_id", "account", "account_domain")),
}

_SOURCES: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = (
    (
        OURS,
        (
            frozenset({"ninefoldid"}), frozenset({"systemoftheid"}),
            frozenset({"accountid", "metric", "kindofmetric", "numberofreadings"}),
        ),
    ),
    (
        ZENDESK,
        (frozenset({"summationcolumn"}), frozenset({"requester", "organization"}), frozenset({"requesteremail"})),
    ),
    (
        HUBSPOT,
        (
            frozenset({"recordid"}), frozenset({"associatedcompanyids"}), frozenset({"companydomainname"}),
            frozenset({"recordidcompany"}), frozenset({"recordidcontact"}), frozenset({"ticketid", "ticketname"}),
        ),
    ),
    (
        SALESFORCE,
        (
            frozenset({"accountid", "accountowner"}), frozenset({"accountname", "accountowner"}),
            frozenset({"casenumber", "accountname"}), frozenset({"id", "ownerid"}),
            frozenset({"lastname", "accountid"}), frozenset({"id", "parentid"}),
            frozenset({"accountname", "mailingstreet"}),
        ),
    ),
)  # fmt: skip


# What only Salesforce's own names for its fields look like, as its Bulk API and Data Loader write them beside `Id`.
_API_NAME = re.compile(r"(Account|Parent|Owner|Contact|Who|What)(Id|\.[A-Z]\w+)|(Created|LastModified)Date|\w+__c")


def _names(kind: str) -> dict[str, dict[str, int]]:
    """field key -> what it may be called, folded, with how sure each name is (less is surer)."""
    with override(None):
        return {
            known.key: {fold(name): place for place, name in enumerate((str(known.label), *known.names))}
            for known in FIELDS[kind]
        }


NAMES = {kind: _names(kind) for kind in Kind.values}


def mapping_of(headers: Sequence[str], kind: str, more: Mapping[str, str] | None = None) -> list[str]:
    """Each column's field of `kind`, or LEFT_OUT; a field is given once, to the column with the surest name.

    `more` has further fields by their folded names: the workspace's own fields, metrics.
    """
    folded = [fold(header) for header in headers]
    chosen = [LEFT_OUT] * len(headers)
    for key, names in NAMES[kind].items():
        free = [place for place, name in enumerate(folded) if name in names and chosen[place] == LEFT_OUT]
        if free:
            chosen[min(free, key=lambda place: (names[folded[place]], place))] = key
    for place, name in enumerate(folded):
        key = (more or {}).get(name, LEFT_OUT)
        if chosen[place] == LEFT_OUT and key not in chosen:
            chosen[place] = key
    return chosen


def kind_of(headers: Sequence[str]) -> str:
    """The likeliest kind; a header that few kinds know tells more. Empty when none fits."""
    scores: dict[str, float] = {}
    shares = {fold(header): sum(_is_known(fold(header), kind) for kind in Kind.values) for header in headers}
    for kind in Kind.values:
        mapping = mapping_of(headers, kind)
        if all(any(key in mapping for key in group) for group in _TELLING[kind]):
            used = (fold(header) for header, key in zip(headers, mapping, strict=True) if key != LEFT_OUT)
            scores[kind] = sum(1 / shares[name] for name in used)
    return max(scores, key=lambda kind: scores[kind], default="")


def _is_known(name: str, kind: str) -> bool:
    return any(name in names for names in NAMES[kind].values())


def source_of(headers: Sequence[str]) -> str:
    """The system whose export has these headers; empty when nothing tells."""
    folded = {fold(header) for header in headers}
    found = next((source for source, signs in _SOURCES if any(sign <= folded for sign in signs)), "")
    return found or (SALESFORCE if "Id" in headers and any(map(_API_NAME.fullmatch, headers)) else "")


def signature(headers: Sequence[str]) -> str:
    """The same for files with the same columns in the same order."""
    return hashlib.sha256("\n".join(map(fold, headers)).encode()).hexdigest()[:32]


def further(prefix: str, named: Mapping[str, str]) -> dict[str, str]:
    """`more` for `mapping_of`: fields that the workspace has defined, from their keys and names."""
    return {fold(said): f"{prefix}{key}" for key, name in named.items() for said in (name, key, f"{prefix}{key}")}
