"""import(export(x)) = x: in the same workspace nothing changes, in another everything is there again."""

import io
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import fields as field_actions
from accounts.actions import metrics as metric_actions
from accounts.actions import tags as tag_actions
from accounts.models import Account, Contact, Persona
from imports import exports
from imports.kinds import Kind
from lib import csv
from lib.names import is_seen
from tests.builders import (
    NOON,
    make_account,
    make_contact,
    make_contract,
    make_member,
    make_metric,
    make_ticket,
    make_touchpoint,
    make_user,
    make_workspace,
)
from tests.imports.files import brought_in, checked, found, refusals
from workspaces import tenancy
from workspaces.models import Member, User

IDS = {
    "Ninefold id", "Account: id", "Parent account (id or name)", "Ids in other systems", "Id", "System of the id",
}  # fmt: skip

# What spreadsheets run, what separates cells, ids and lines, and what looks like a mark of ours.
nasty = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("=+-@'\"\t\r\n,;|<>\\`^ %:"),
    min_size=1,
    max_size=30,
)
visible = nasty.filter(is_seen)
amounts = st.none() | st.integers(0, 10**15)
floats = st.floats(-1e15, 1e15)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2026, 6, 14), timezones=st.just(UTC))


def file_of(kind: str) -> bytes:
    out = io.BytesIO()
    csv.write(out, exports.rows(kind, Account.objects.all()))
    return out.getvalue()


def table_of(kind: str) -> list[dict[str, Any]]:
    """The export without the ids that differ between workspaces."""
    header, *rows = exports.rows(kind, Account.objects.all())
    table = [dict(zip(header, row, strict=True)) for row in rows]
    return sorted(({key: value for key, value in row.items() if key not in IDS} for row in table), key=repr)


@st.composite
def customers(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(visible, min_size=1, max_size=3, unique_by=lambda name: name.casefold()))
    return [
        {
            "name": name,
            "industry": draw(nasty),
            "arr_minor": draw(amounts),
            "currency": draw(st.sampled_from(["EUR", "JPY", "KWD"])),
            "domains": draw(st.lists(st.sampled_from(["a.example", "b.example"]), unique=True)),
            "external_ids": {draw(st.sampled_from(["crm", "help-desk"])): f"{place}{draw(nasty)}"[:100]},
            "own": draw(nasty).strip(),
            "person": draw(visible),
            "summary": draw(nasty),
            "subject": draw(nasty),
            "total": draw(floats),
            "at": draw(moments),
            "priority": draw(st.sampled_from(["", "low", "normal", "high", "urgent"])),
            "topic": draw(st.sampled_from(["", "question", "problem", "request"])),
            "outcome": draw(st.sampled_from(["", "held", "missed"])),
            "is_proactive": draw(st.none() | st.booleans()),
            "locale": draw(st.sampled_from(["", "de", "zh-hant"])),
            "consent": draw(st.sampled_from(["", "given", "withdrawn"])),
            "source": draw(st.just("") | nasty),
            "gone_at": draw(st.none() | moments),
            "tags": draw(st.lists(nasty.map(str.strip).filter(bool), max_size=3, unique=True)),
        }
        for place, name in enumerate(names)
    ]


def prepared(user: User) -> tuple[Member, Any]:
    """What files only name: an owner, a field of their own, a persona."""
    Persona.objects.create(name="Buyer", created_at=NOON)
    field = field_actions.define_field(about="account", name="Tier", kind="text", at=NOON, by=None)
    return make_member(user=user), field


def consent_of(one: dict[str, Any]) -> dict[str, Any]:
    if not one["consent"]:
        return {}
    return {"consent": one["consent"], "consent_at": one["at"], "consent_source": one["source"]}


def build(wanted: list[dict[str, Any]], user: User) -> None:
    """Accounts with everything that can be exported."""
    owner, field = prepared(user)
    above = None
    for place, one in enumerate(wanted):
        account = make_account(
            one["name"], owner=owner, parent=above, custom={field.key: one["own"]} if one["own"] else {},
            **{key: one[key] for key in ("industry", "arr_minor", "currency", "domains", "external_ids", "locale")},
        )  # fmt: skip
        above = account
        tag_actions.tag(account_ids=[account.pk], name="Key customer", at=NOON, by=None)
        person = make_contact(
            account, name=one["person"], email=f"p{place}@{tenancy.current_id()}.example", title=one["summary"],
            role="champion", locale="zh-hans", persona=Persona.objects.get(), influence="high",
            **consent_of(one),
        )  # fmt: skip
        Contact.objects.filter(pk=person.pk).update(opted_out_at=one["gone_at"], left_at=one["gone_at"])
        make_contract(account, name=one["subject"], value_minor=one["arr_minor"], currency=one["currency"], seats=place)
        make_ticket(
            account, contact=person, external_id=one["summary"], subject=one["subject"], opened_at=one["at"],
            closed_at=one["at"] + timedelta(microseconds=1) if place else None, source=f"desk{place}",
            priority=one["priority"], topic=one["topic"], locale=one["locale"], tags=one["tags"],
        )  # fmt: skip
        make_touchpoint(
            account, contact=person, summary=one["summary"], happened_at=one["at"], felt=-2, expected=1, channel="chat",
            outcome=one["outcome"], is_proactive=one["is_proactive"],
        )  # fmt: skip
        metric = make_metric("reports_built", "gauge")
        reading = metric_actions.Reading(account.pk, metric.pk, date(2026, 1, 1), 3, one["total"], -one["total"])
        metric_actions.upsert_readings(readings=[reading], at=NOON)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(customers())
def test_an_export_brought_in_again_is_the_same(db, wanted):
    with tenancy.entered(make_workspace().pk):
        user = make_user()
        build(wanted, user)
        files = {kind: file_of(kind) for kind in Kind.values}
        tables = {kind: table_of(kind) for kind in Kind.values}
        for kind, file in files.items():
            again = checked(file)
            assert (again.kind, again.source) == (kind, "ninefold")
            assert (kind, found(again), refusals(again)) == (kind, {"same": len(tables[kind])}, [])
    with tenancy.entered(make_workspace("Other").pk):
        prepared(user)
        for kind, file in files.items():
            there = brought_in(file)
            assert (kind, refusals(there)) == (kind, [])
        assert {kind: table_of(kind) for kind in Kind.values} == tables
        assert list(Account.objects.exclude(parent=None).order_by("pk").values_list("parent__name", "name")) == [
            (one["name"], two["name"]) for one, two in pairwise(wanted)
        ]
