"""Contracts: what was agreed, until when, for how much."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actions.accounts import refresh_renewal
from accounts.actions.facts import record_fact
from accounts.models import Account, Contract
from lib.time import day_of
from workspaces.models import User

EDITABLE = ("name", "starts_on", "ends_on", "seats", "value_minor", "currency", "auto_renews")


class EndsBeforeStart(Exception):
    """A contract ends after it starts."""


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
) -> Contract:
    """Add an agreement, in the account's currency unless told. Raises EndsBeforeStart."""
    if ends_on <= starts_on:
        raise EndsBeforeStart
    contract = Contract.objects.create(
        account=account,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        seats=seats,
        value_minor=value_minor,
        currency=currency or account.currency,
        auto_renews=auto_renews,
        created_at=at,
    )
    refresh_renewal(account=account, day=day_of(at))
    record_fact(account=account, kind="contract.added", at=at, by=by, contract_id=contract.pk, name=name)
    return contract


@transaction.atomic
def update_contract(*, contract: Contract, changes: Mapping[str, Any], at: datetime, by: User | None) -> Contract:
    """Change any of EDITABLE. Raises EndsBeforeStart."""
    changed = {name: value for name, value in changes.items() if name in EDITABLE and getattr(contract, name) != value}
    if not changed:
        return contract
    for name, value in changed.items():
        setattr(contract, name, value)
    if contract.ends_on <= contract.starts_on:
        raise EndsBeforeStart
    contract.save(update_fields=list(changed))
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
