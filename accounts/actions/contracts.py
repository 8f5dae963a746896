"""Contracts: what was agreed, until when, for how much."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.accounts import refresh_renewal
from accounts.actions.facts import record_fact
from accounts.models import Account, Contract
from lib import changing
from lib.time import day_of
from workspaces.models import User

EDITABLE = ("name", "starts_on", "ends_on", "seats", "value_minor", "currency", "auto_renews", "source", "external_id")


class EndsBeforeStart(Exception):
    """A contract ends after it starts."""


class AlreadyRenewed(Exception):
    """Another contract renews this one."""


class ContractIdTaken(Exception):
    """Another contract of this workspace carries this id."""


class StartsTooEarly(Exception):
    """A renewal begins when what it renews ends, or later."""


@transaction.atomic
def add_contract(
    *,
    account: Account,
    name: str,
    starts_on: date,
    ends_on: date,
    at: datetime,
    by: User | None,
    seats: int | None = None,
    value_minor: int | None = None,
    currency: str = "",
    auto_renews: bool = False,
    source: str = "",
    external_id: str = "",
) -> Contract:
    """Add an agreement, in the account's currency unless told. Raises EndsBeforeStart, ContractIdTaken."""
    terms = _Terms(name, starts_on, ends_on, seats, value_minor, currency or account.currency, auto_renews)
    contract = _make(account, terms, at, source=source, external_id=external_id)
    record_fact(account=account, kind="contract.added", at=at, by=by, contract_id=contract.pk, name=name)
    return contract


@transaction.atomic
def renew_contract(
    *,
    contract: Contract,
    name: str,
    starts_on: date,
    ends_on: date,
    at: datetime,
    by: User | None,
    seats: int | None = None,
    value_minor: int | None = None,
    currency: str = "",
    auto_renews: bool = False,
) -> Contract:
    """The agreement that follows `contract`, which stays as it was.

    Raises EndsBeforeStart, StartsTooEarly, AlreadyRenewed. Of two renewals at once the lock lets one through.
    """
    old = Contract.objects.select_for_update(of=("self",)).select_related("account").get(pk=contract.pk)
    if Contract.objects.filter(renewed_from=old).exists():
        raise AlreadyRenewed
    if starts_on < old.ends_on:
        raise StartsTooEarly
    terms = _Terms(name, starts_on, ends_on, seats, value_minor, currency or old.currency, auto_renews)
    renewal = _make(old.account, terms, at, renewed_from=old)
    record_fact(
        account=old.account,
        kind="contract.renewed",
        at=at,
        by=by,
        contract_id=renewal.pk,
        name=name,
        from_id=old.pk,
        from_minor=old.value_minor,
        from_currency=old.currency,
        to_minor=value_minor,
        to_currency=terms.currency,
    )
    return renewal


@dataclass(frozen=True)
class _Terms:
    name: str
    starts_on: date
    ends_on: date
    seats: int | None
    value_minor: int | None
    currency: str
    auto_renews: bool


def _make(account: Account, terms: _Terms, at: datetime, **known: Any) -> Contract:
    if terms.ends_on <= terms.starts_on:
        raise EndsBeforeStart
    contract = Contract(account=account, created_at=at, **known, **asdict(terms))
    _store(contract)
    refresh_renewal(account=account, day=day_of(at))
    return contract


@transaction.atomic
def update_contract(*, contract: Contract, changes: Mapping[str, Any], at: datetime, by: User | None) -> Contract:
    """Change any of EDITABLE. Raises EndsBeforeStart, ContractIdTaken."""
    changed = list(changing.take(contract, changes, EDITABLE))
    if not changed:
        return contract
    if contract.ends_on <= contract.starts_on:
        raise EndsBeforeStart
    _store(contract, changed)
    refresh_renewal(account=contract.account, day=day_of(at))
    record_fact(
        account=contract.account,
        kind="contract.changed",
        at=at,
        by=by,
        contract_id=contract.pk,
        name=contract.name,
        fields=sorted(changed),
    )
    return contract


def _store(contract: Contract, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            contract.save(update_fields=fields)
    except IntegrityError as error:
        if "accounts_contract_external_id" in str(error):
            raise ContractIdTaken(f"{contract.source}:{contract.external_id}") from error
        raise
