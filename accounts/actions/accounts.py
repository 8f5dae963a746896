"""Accounts: who the customers are, and the columns that higher apps keep on them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts.actions.facts import record_fact
from accounts.actions.family import set_parent
from accounts.actions.fields import merge_values, values_for
from accounts.models import Account, Contract, CustomField, ExternalId
from accounts.registry import reading_listeners
from accounts.stages import Stage
from lib import changing
from workspaces import tenancy
from workspaces.models import Member, User, Workspace

EDITABLE = ("name", "domains", "tier", "industry", "arr_minor", "currency", "owner", "locale")


class ExternalIdTaken(Exception):
    """Another account of this workspace carries this id."""


@transaction.atomic
def create_account(
    *,
    name: str,
    at: datetime,
    by: User | None,
    stage: str = Stage.AWARENESS,
    owner: Member | None = None,
    domains: Sequence[str] = (),
    tier: str = Account.Tier.STANDARD,
    industry: str = "",
    locale: str = "",
    arr_minor: int | None = None,
    currency: str = "",
    external_ids: Mapping[str, str] | None = None,
    parent: Account | None = None,
    custom: Mapping[str, object] | None = None,
) -> Account:
    """Add a customer company, in the workspace's currency unless told.

    Raises ExternalIdTaken, `family.ParentRefused` or `custom.BadValues`.
    """
    account = Account.objects.create(
        name=name,
        domains=clean_domains(domains),
        tier=tier,
        industry=industry,
        locale=locale,
        arr_minor=arr_minor,
        currency=currency or Workspace.objects.get(pk=tenancy.current_id()).currency,
        owner=owner,
        custom=values_for(CustomField.About.ACCOUNT, custom or {}),
        created_at=at,
        stage=stage,
        stage_since=at,
    )
    if parent:
        set_parent(account=account, parent=parent)
    set_external_ids(account=account, external_ids=external_ids or {})
    record_fact(account=account, kind="account.created", at=at, by=by, stage=stage)
    return account


@transaction.atomic
def update_account(*, account: Account, changes: Mapping[str, Any], at: datetime, by: User | None) -> Account:
    """Change any of EDITABLE, `parent`, `custom` and `external_ids`; what is really different becomes one fact.

    `custom` is merged, and None empties a field. Raises ExternalIdTaken, `family.ParentRefused` or `custom.BadValues`.
    """
    wanted = dict(changes)
    if "domains" in wanted:
        wanted["domains"] = clean_domains(wanted["domains"])
    fields = list(changing.take(account, wanted, EDITABLE))
    if fields:
        account.save(update_fields=fields)
    if "parent" in changes and set_parent(account=account, parent=changes["parent"]):
        fields.append("parent")
    names = merge_values(account, changes["custom"]) if changes.get("custom") else {}
    if fields or names:
        told: dict[str, Any] = {"names": names} if names else {}
        record_fact(account=account, kind="account.changed", at=at, by=by, fields=sorted([*fields, *names]), **told)
    if "external_ids" in changes:
        set_external_ids(account=account, external_ids=changes["external_ids"])
    return account


@transaction.atomic
def set_external_ids(*, account: Account, external_ids: Mapping[str, str]) -> None:
    """Add or replace ids by source; an empty value removes one. Raises ExternalIdTaken."""
    for source, value in external_ids.items():
        if not value:
            ExternalId.objects.filter(account=account, source=source).delete()
            continue
        try:
            with transaction.atomic():
                ExternalId.objects.update_or_create(account=account, source=source, defaults={"value": value})
        except IntegrityError as error:
            raise ExternalIdTaken(f"{source}:{value}") from error


def clean_domains(domains: Iterable[str]) -> list[str]:
    """Lower case, without repeats, in order."""
    return list(dict.fromkeys(domain.strip().lower() for domain in domains if domain.strip()))


def set_stage(*, account: Account, stage: str, at: datetime) -> None:
    """For journeys: the account's place on the map. The history and the fact are journeys' own."""
    account.stage = stage
    account.stage_since = at
    account.save(update_fields=["stage", "stage_since"])


def set_stages(*, stages: Mapping[int, str], at: datetime) -> None:
    """`set_stage` for many accounts, by id, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update accounts_account a set stage = v.stage, stage_since = %s"
            " from unnest(%s::bigint[], %s::text[]) as v(id, stage) where a.workspace_id = %s and a.id = v.id",
            [at, list(stages), list(stages.values()), tenancy.current_id()],
        )


def put_back_stages(*, places: Mapping[int, tuple[str, datetime]]) -> None:
    """For journeys: accounts are in these stages again, each since its own moment, by id and in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update accounts_account a set stage = v.stage, stage_since = v.since"
            " from unnest(%s::bigint[], %s::text[], %s::timestamptz[]) as v(id, stage, since)"
            " where a.workspace_id = %s and a.id = v.id",
            [
                list(places),
                [stage for stage, _ in places.values()],
                [since for _, since in places.values()],
                tenancy.current_id(),
            ],
        )


def set_health(
    *,
    account_ids: Sequence[int],
    scores: Sequence[Decimal | None],
    bands: Sequence[str],
    coverages: Sequence[float],
    at: datetime,
) -> None:
    """For health: the current scores of many accounts, in one statement that leaves equal rows alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update accounts_account a
            set health_score = v.score, health_band = v.band, health_coverage = v.coverage, health_at = %s
            from unnest(%s::bigint[], %s::numeric[], %s::text[], %s::float8[]) as v(id, score, band, coverage)
            where a.workspace_id = %s and a.id = v.id
              and (a.health_score, a.health_band, a.health_coverage) is distinct from (v.score, v.band, v.coverage)
            """,
            [at, *map(_array, (account_ids, scores, bands, coverages)), tenancy.current_id()],
        )
    for hear in reading_listeners if account_ids else ():
        hear(account_ids, at)


def set_risk(*, account_ids: Sequence[int], chances: Sequence[float | None], days: int | None, at: datetime) -> None:
    """For risk: the chance of many accounts to leave within `days`, in one statement; None: it cannot be told."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update accounts_account a
            set risk = v.chance, risk_days = case when v.chance is not null then %s::smallint end
            from unnest(%s::bigint[], %s::float8[]) as v(id, chance)
            where a.workspace_id = %s and a.id = v.id
            """,
            [days, _array(account_ids), _array(chances), tenancy.current_id()],
        )
    for hear in reading_listeners if account_ids else ():
        hear(account_ids, at)


def _array(values: Iterable[object]) -> str:
    """As PostgreSQL reads an array: one text, where a list would be thousands of constants to parse."""
    return "{" + ",".join("null" if value is None else f'"{value}"' for value in values) + "}"


def refresh_renewal(*, account: Account, day: date) -> None:
    """Set `renews_on` to the end of the last contract that runs on or after `day`."""
    last = Contract.objects.filter(account=account, ends_on__gte=day).order_by("-ends_on").first()
    account.renews_on = last.ends_on if last else None
    account.save(update_fields=["renews_on"])
