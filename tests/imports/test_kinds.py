"""Contacts, contracts, tickets, touchpoints and readings from files, each as its own actions would write them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from accounts.models import Account, Contact, Contract, Fact, Metric, MetricDay, Ticket
from imports.kinds import FIELDS
from imports.queries import totals
from imports.reading import Unreadable
from journeys.models import StageMove, Touchpoint
from outbox.models import Effect
from surveys.models import Invitation, Refusal
from tests.builders import NOON, make_account, make_contact, make_contract, make_metric
from tests.imports.files import brought_in, checked, found, received, refusals, work, written

CONTACTS = """Record ID,First Name,Last Name,Email,Job Title,Associated Company IDs,Buying Role
71609405143,Mei,Chen,Mei@Cedar.example,CFO,9002;9999,Budget Holder
71609405144,Ana,Ruiz,ana@dogwood.example,,,End user
71609405145,Nobody,Knows,x@gmail.com,,,
"""


def facts(kind: str) -> list[dict]:
    return list(Fact.objects.filter(kind=kind).order_by("pk").values_list("data", flat=True))


# ------------------------------------------------------------------ contacts
def test_contacts_find_their_account_by_ids_or_by_their_address(workspace):
    cedar = make_account("Cedar", external_ids={"hubspot": "9999"})
    dogwood = make_account("Dogwood", domains=["dogwood.example"])
    source = brought_in(CONTACTS)
    assert written(source) == {"new": 2}
    assert refusals(source) == [(4, "no_account")]
    mei, ana = Contact.objects.order_by("pk")
    assert (mei.account, mei.name, mei.email, mei.title, mei.role) == (
        cedar, "Mei Chen", "mei@cedar.example", "CFO", "decision_maker",
    )  # fmt: skip
    assert (mei.source, mei.external_id, ana.account) == ("hubspot", "71609405143", dogwood)
    assert facts("contact.added") == [
        {"contact_id": mei.pk, "name": "Mei Chen", "role": "decision_maker"},
        {"contact_id": ana.pk, "name": "Ana Ruiz", "role": "end_user"},
    ]
    assert found(brought_in(CONTACTS)) == {"refused": 1, "same": 2}


def test_consent_an_opt_out_and_a_departure_have_their_dates_and_source(workspace):
    make_account("Cedar")
    head = "Account,E-mail,Consent,Date of consent,Source of consent,Wants no surveys since,Left at\n"
    brought_in(
        f"{head}Cedar,mei@cedar.example,given,2026-01-02,Fair,2026-02-03,\n"
        "Cedar,ana@cedar.example,given,,,,2026-03-04\nCedar,bo@cedar.example,,2026-01-02,Fair,,\n"
    )
    mei, ana, bo = Contact.objects.order_by("pk")
    assert (mei.consent_at, mei.consent_source) == (datetime(2026, 1, 2, tzinfo=UTC), "Fair")
    assert (mei.opted_out_at, mei.left_at) == (datetime(2026, 2, 3, tzinfo=UTC), None)
    assert (ana.consent_at >= NOON, ana.consent_source) == (True, "Import of customers.csv")
    assert (ana.opted_out_at, ana.left_at) == (None, datetime(2026, 3, 4, tzinfo=UTC))
    assert (bo.consent, bo.consent_at, bo.consent_source) == ("", None, "")

    later = (
        f"{head}Cedar,mei@cedar.example,withdrawn,2026-04-05,Mail,2026-05-05,\nCedar,ana@cedar.example,,2025-01-01,,,\n"
    )
    assert written(brought_in(later)) == {"changed": 2}
    mei.refresh_from_db()
    ana.refresh_from_db()
    assert (mei.consent, mei.consent_at, mei.consent_source) == ("withdrawn", datetime(2026, 4, 5, tzinfo=UTC), "Mail")
    assert mei.opted_out_at == datetime(2026, 2, 3, tzinfo=UTC), "known here before"
    assert (ana.consent_at, ana.consent_source) == (datetime(2025, 1, 1, tzinfo=UTC), "Import of customers.csv")
    assert found(checked(later)) == {"same": 2}
    assert refusals(checked(f"{head}Cedar,mei@cedar.example,,,,,2026-07-01\n")) == [(2, "not_yet")]


def test_of_several_accounts_of_one_name_the_domain_tells_which(workspace):
    cedar = make_account("Cedar", domains=["cedar.example"])
    make_account("CEDAR")
    make_account("Dogwood", domains=["dogwood.example"])
    head = "ID,Subject,Requester email,Organization,Created at\n"
    source = brought_in(
        f"{head}1,Hot,mei@cedar.example,Cedar,2026-06-01\n2,Cold,,Cedar,2026-06-01\n"
        "3,Warm,ana@dogwood.example,Cedar,2026-06-01\n"
    )
    assert refusals(source) == [(3, "several_accounts"), (4, "several_accounts")]
    assert list(Ticket.objects.values_list("subject", "account")) == [("Hot", cedar.pk)]


def test_a_contact_changes_opts_out_and_leaves(workspace):
    cedar = make_account("Cedar")
    mei = make_contact(cedar, name="Mei", email="mei@cedar.example")
    text = "Email,Title,Opted out,Left,Consent,Language\nmei@cedar.example,CEO,yes,no,yes,German\n"
    assert written(brought_in(text)) == {"changed": 1}
    mei.refresh_from_db()
    assert (mei.title, mei.opted_out, mei.left_at, mei.consent, mei.locale) == ("CEO", True, None, "given", "de")
    assert mei.consent_source == "Import of customers.csv"
    assert facts("contact.changed") == [
        {"contact_id": mei.pk, "name": "Mei", "role": "end_user", "fields": ["consent", "locale", "title"]}
    ]
    assert [data["contact_id"] for data in facts("contact.opted_out")] == [mei.pk]
    assert found(brought_in(text)) == {"same": 1}
    again = "Email,Opted out,Left\nmei@cedar.example,no,yes\n"
    assert written(brought_in(again)) == {"changed": 1}
    assert len(facts("contact.opted_in")) == len(facts("contact.left")) == 1


# ------------------------------------------------------------------ contracts
CONTRACTS = """Contract ID,Account Name,Contract Name,Start Date,End Date,Seats,Amount,Currency
C-1,cedar,Managed services,1/1/2026,12/31/2026,40,"48,000.50",EUR
C-2,Nobody,Managed services,1/1/2026,12/31/2026,,,
C-3,Cedar,Backwards,12/31/2026,1/1/2026,,,
"""


def test_contracts_set_the_renewal_and_move_the_stage(workspace):
    cedar = make_account("Cedar", stage="decision")
    source = brought_in(CONTRACTS, kind="contracts")
    assert refusals(source) == [(3, "no_account"), (4, "ends_before_start")]
    contract = Contract.objects.get()
    assert (contract.account, contract.starts_on, contract.ends_on) == (cedar, date(2026, 1, 1), date(2026, 12, 31))
    assert (contract.seats, contract.value_minor, contract.currency, contract.external_id) == (
        40, 4_800_050, "EUR", "C-1",
    )  # fmt: skip
    cedar.refresh_from_db()
    assert (cedar.renews_on, cedar.stage) == (date(2026, 12, 31), "delivery")
    assert StageMove.objects.get().rule != ""
    assert facts("contract.added") == [{"contract_id": contract.pk, "name": "Managed services"}]
    assert found(brought_in(CONTRACTS, kind="contracts")) == {"refused": 2, "same": 1}


def test_contracts_without_names_are_called_by_their_number(workspace):
    make_account("Cedar")
    text = "Contract Number,Account Name,Contract Start Date,Contract End Date\n00000100,Cedar,1/1/2026,12/31/2026\n"
    assert written(brought_in(text)) == {"new": 1}
    assert [(one.name, one.external_id) for one in Contract.objects.all()] == [("00000100", "00000100")]
    assert found(brought_in(text)) == {"same": 1}


def test_a_contract_without_an_id_is_known_by_account_name_and_start(workspace):
    cedar = make_account("Cedar")
    make_contract(cedar, name="Managed services", starts_on=date(2026, 1, 1), ends_on=date(2026, 7, 1))
    text = "Account,Name,Start date,End date,Auto renew\nCedar,Managed services,2026-01-01,2027-01-01,yes\n"
    assert written(brought_in(text)) == {"changed": 1}
    assert (Contract.objects.get().ends_on, Contract.objects.get().auto_renews) == (date(2027, 1, 1), True)
    cedar.refresh_from_db()
    assert cedar.renews_on == date(2027, 1, 1)
    assert facts("contract.changed")[0]["fields"] == ["auto_renews", "ends_on"]


# ------------------------------------------------------------------ tickets
TICKETS = """Id,Caller,Requester email,Subject,Status,Created at,Solved at,Updated at,Organization,Agent,Priority,Type
4711,M,mei@cedar.example,Printer on fire,Solved,2026-06-14 08:00,2026-06-15 09:00,2026-06-15 09:00,Cedar,Pia,Urgent,Bug
4712,M,mei@cedar.example,Slow,Open,2026-06-14 08:00,-,2026-06-14 08:00,-,-,P7,-
"""


def test_tickets_are_history_and_nobody_is_asked(workspace):
    cedar = make_account("Cedar")
    mei = make_contact(cedar, email="mei@cedar.example")
    source = brought_in(TICKETS)
    assert (source.kind, source.source) == ("tickets", "zendesk")
    assert written(source) == {"new": 2}
    solved, waiting = Ticket.objects.order_by("pk")
    assert (solved.account, solved.contact, solved.source, solved.external_id, solved.number) == (
        cedar, mei, "zendesk", "4711", "4711",
    )  # fmt: skip
    assert (solved.closed_at, solved.episode) == (datetime(2026, 6, 15, 9, tzinfo=UTC), 1)
    assert (waiting.closed_at, waiting.episode, waiting.agent_name) == (None, 0, "")
    assert [(one.priority, one.topic) for one in (solved, waiting)] == [("urgent", "problem"), ("", "")]
    closed = Fact.objects.get(kind="ticket.closed")
    assert (closed.at, closed.recorded_at > NOON) == (datetime(2026, 6, 15, 9, tzinfo=UTC), True)
    assert closed.data == {"ticket_id": solved.pk, "episode": 1, "number": "4711", "subject": "Printer on fire"}
    work("default")
    assert (Invitation.objects.count(), Refusal.objects.count()) == (0, 0)
    assert not Effect.objects.filter(kind="surveys.ask_after_closure").exists()
    assert found(brought_in(TICKETS)) == {"same": 2}


@pytest.mark.parametrize(
    ("source", "said", "tags"),
    [
        ("zendesk", "vip closed_by_merge,billing", ["vip", "closed_by_merge", "billing"]),
        ("helpdesk", "needs  a look; billing ,VIP", ["needs a look", "billing", "VIP"]),
    ],
)
def test_the_help_desks_own_tags_come_along(workspace, source, said, tags):
    make_account("Cedar")
    head = "Id,Organization,Subject,Status,Created at,Tags,Requester locale\n"
    row = f'4711,Cedar,Hot,Open,2026-06-14 08:00,"{said}",de\n'
    brought_in(head + row, source=source)
    ticket = Ticket.objects.get()
    assert (ticket.tags, ticket.locale) == (tags, "de")
    assert written(brought_in(head + row.replace(said, "new"), source=source)) == {"changed": 1}
    assert facts("ticket.changed")[0]["tags"] == ["new"]
    assert written(brought_in(head + row.replace(said, ""), source=source)) == {"same": 1}
    long = checked(head + row.replace(said, "x" * 81), source=source)
    assert refusals(long) == [(2, "too_long")]


def test_a_ticket_closes_reopens_and_ignores_old_news(workspace):
    make_contact(make_account("Cedar"), email="mei@cedar.example")
    brought_in(TICKETS)
    head = "Id,Organization,Subject,Status,Updated at\n"
    brought_in(
        head + "4712,Cedar,Slow,Closed,2026-06-15 10:00\n4711,Cedar,Hot,Open,2026-06-15 10:00\n", source="zendesk"
    )
    solved, waiting = Ticket.objects.order_by("pk")
    assert (solved.closed_at, solved.reopened_at, solved.subject) == (
        None,
        datetime(2026, 6, 15, 10, tzinfo=UTC),
        "Hot",
    )
    assert (waiting.closed_at, waiting.episode) == (datetime(2026, 6, 15, 10, tzinfo=UTC), 1)
    assert len(facts("ticket.reopened")) == 1
    assert not facts("ticket.changed")
    brought_in("Id,Organization,Subject,Status,Priority\n4712,Cedar,Slow,Closed,3 high\n", source="zendesk")
    (changed,) = facts("ticket.changed")
    assert (changed["ticket_id"], changed["priority"], changed["topic"]) == (waiting.pk, "high", "")
    older = brought_in(head + "4711,Cedar,Cold,Closed,2026-06-15 09:30\n", source="zendesk")
    assert written(older) == {"same": 1}


# ------------------------------------------------------------------ touchpoints
TOUCHPOINTS = """Company,Date,Type,Notes,Contact email,Felt,Meeting outcome,Proactive
Cedar,2026-06-01 10:00,Phone call,Talked about the rollout,mei@cedar.example,-1,Completed,yes
Cedar,2026-06-02 10:00,Note,Remember the birthday,,,busy,
Cedar,2026-07-02 10:00,Call,In the future,,,,
"""


def test_touchpoints_are_counted_and_told_once(workspace):
    cedar = make_account("Cedar")
    mei = make_contact(cedar, email="mei@cedar.example", name="Mei")
    source = brought_in(TOUCHPOINTS)
    assert source.kind == "touchpoints"
    assert refusals(source) == [(4, "not_yet")]
    call, note = Touchpoint.objects.order_by("pk")
    assert (call.channel, call.direction, call.contact, call.felt, call.at) == (
        "call", "two_way", mei, -1, datetime(2026, 6, 1, 10, tzinfo=UTC),
    )  # fmt: skip
    assert (note.channel, note.direction) == ("note", "one_way")
    assert [(one.outcome, one.is_proactive) for one in (call, note)] == [("held", True), ("", None)]
    counted = MetricDay.objects.get()
    assert (counted.account, counted.metric.key, counted.day, counted.n, counted.total) == (
        cedar, "touchpoints_two_way", date(2026, 6, 1), 1, 1,
    )  # fmt: skip
    assert facts("touchpoint.logged")[0] == call.about()
    assert found(brought_in(TOUCHPOINTS)) == {"refused": 1, "same": 2}
    assert Touchpoint.objects.count() == 2


def test_a_missed_meeting_counts_towards_nothing(workspace):
    make_account("Cedar")
    brought_in("Company,Date,Type,Notes,Outcome\nCedar,2026-06-01 10:00,Meeting,Nobody came,No show\n")
    assert Touchpoint.objects.get().outcome == "missed"
    assert not MetricDay.objects.exists()


# ------------------------------------------------------------------ metrics
def test_metrics_one_reading_a_row(workspace):
    cedar = make_account("Cedar", external_ids={"crm": "A-1"})
    head = "Account id,Metric,Kind,Day,Value\n"
    text = head + "A-1,reports_built,counter,2026-06-01,14\nA-2,reports_built,counter,2026-06-01,1\n"
    source = brought_in(text, source="crm")
    assert (written(source), refusals(source)) == ({"new": 1}, [(3, "no_account")])
    row = MetricDay.objects.get()
    assert (row.account, row.metric.key, row.metric.kind, row.n, row.total, row.last) == (
        cedar, "reports_built", "counter", 1, 14, 14,
    )  # fmt: skip
    assert found(checked(text, source="crm")) == {"refused": 1, "same": 1}
    assert written(brought_in(text.replace(",14", ",15"), source="crm")) == {"changed": 1}


def test_metrics_one_column_each(workspace):
    make_account("Cedar")
    Metric.objects.create(key="logins", name="Logins", kind="counter")
    text = "Account,Date,Logins,Seats used\nCedar,2026-06-01,14,30\nCedar,2026-06-02,15,\n"
    manner = {"mapping": ["account", "day", "metric:logins", "metric:seats_used"], "metric_kind": "gauge"}
    source = brought_in(text, kind="metrics", manner=manner)
    assert written(source) == {"new": 3}
    assert list(MetricDay.objects.order_by("day", "metric__key").values_list("metric__key", "total")) == [
        ("logins", 14), ("seats_used", 30), ("logins", 15),
    ]  # fmt: skip
    assert Metric.objects.get(key="seats_used").kind == "gauge"
    assert Account.objects.count() == 1


# ------------------------------------------------------------------ what else rows may say
def test_people_without_an_address_are_known_by_name_in_their_account(workspace):
    cedar = make_account("Cedar")
    make_account("Dogwood")
    mei = make_contact(cedar, name="Mei Chen", email="")
    for _ in range(2):
        make_contact(cedar, name="Ana", email="")
    text = "Contact name,Company,Title\nMEI CHEN,Cedar,CEO\nAna,Cedar,x\nNew One,Cedar,\nNew One,Dogwood,\n"
    source = brought_in(text, kind="contacts")
    assert (written(source), refusals(source)) == ({"changed": 1, "new": 2}, [(3, "several_contacts")])
    mei.refresh_from_db()
    assert mei.title == "CEO"


def test_somebody_known_elsewhere_stays_there(workspace):
    cedar, dogwood = make_account("Cedar"), make_account("Dogwood", external_ids={"hubspot": "7"})
    make_contact(cedar, email="mei@cedar.example")
    make_contact(dogwood, email="ana@dogwood.example", source="hubspot", external_id="1")
    head = "Record ID,Email,Name,Associated Company IDs\n"
    source = checked(
        head + "2,mei@cedar.example,,7\n1,mei@cedar.example,,7\n,ana@dogwood.example,,7\n9,x@y.example,,7\n"
    )
    assert refusals(source) == [(2, "other_account"), (3, "email_taken")]
    assert found(source) == {"new": 1, "refused": 2, "same": 1}


def test_a_reading_needs_all_it_is_made_of(workspace):
    make_account("Cedar")
    head = "Account,Metric,Kind of metric,Day,Number of readings,Total,Last\n"
    text = head + (
        "Cedar,csat,rating,2026-06-01,2,150,75\nCedar,csat,gauge,2026-06-02,1,1,1\nCedar,csat,rating,2026-06-03,2,,\n"
        "Cedar,csat,rating,2026-06-04,0,1,1\nCedar,csat,rating,2027-06-04,1,1,1\nCedar,fog,,2026-06-01,1,1,1\n"
    )
    make_metric("csat", "rating")
    source = brought_in(text, kind="metrics")
    assert refusals(source) == [
        (3, "kind_differs"), (4, "reading_incomplete"), (5, "no_readings"), (6, "not_yet"), (7, "kind_missing"),
    ]  # fmt: skip
    assert (MetricDay.objects.get().n, MetricDay.objects.get().total) == (2, 150)


def test_names_of_which_nothing_is_seen_are_refused(workspace):
    make_account("Cedar")
    text = "Account name,First name,Last name,Email\nCedar,\u200b,\u2060,a@cedar.example\n"
    assert refusals(checked(text, kind="contacts")) == [(2, "not_a_name")]


def test_readings_nobody_counts_are_refused(workspace):
    make_account("Cedar")
    text = "Account,Metric,Kind,Day,Value\nCedar,fog,gauge,2026-06-01,1e20\nCedar,fog,gauge,1899-12-31,1\n"
    assert refusals(checked(text, kind="metrics")) == [(2, "too_large"), (3, "too_far")]


def test_an_account_named_in_two_ways_is_read_once_a_day(workspace):
    make_account("Cedar", external_ids={"crm": "1"})
    text = "Account id,Account name,Day,Metric,Kind,Value\n1,,2026-06-01,fog,gauge,1\n,Cedar,2026-06-01,fog,gauge,2\n"
    assert refusals(checked(text)) == [(3, "same_reading")]


def test_touchpoints_of_colleagues_who_are_nobody_here_come_along(workspace):
    make_account("Cedar")
    text = "Record ID,Activity type,Activity date,Call notes,Associated Company,Activity assigned to\n"
    text += "1,Call,2026-06-01 09:30,Renewal,Cedar,Long Gone\n"
    refused = checked(text, manner={"unknown_owner": "refuse"})
    assert refusals(refused) == [(2, "no_member")]
    source = brought_in(text, manner={"unknown_owner": "empty"})
    assert (written(source), totals(source).unowned) == ({"new": 1}, 1)
    assert Touchpoint.objects.get().by is None


def test_touchpoints_need_a_time_and_a_summary(workspace):
    make_account("Cedar")
    head = "Account name,Id,When,Channel,Summary\n"
    text = head + "Cedar,1,,call,Talked\nCedar,2,2026-06-01,call,\nCedar,3,2026-06-01,,Wrote\n"
    source = brought_in(text, kind="touchpoints")
    assert refusals(source) == [(2, "time_missing"), (3, "summary_missing")]
    assert Touchpoint.objects.get().channel == "note"


def test_a_file_larger_than_the_limit_is_not_taken_in(workspace):
    with pytest.raises(Unreadable):
        received("", chunks=[b"x" * 1_000_000] * 22)


def test_tickets_say_when_they_were_opened_and_not_closed_before(workspace):
    make_account("Cedar")
    head = "Id,Organization,Subject,Created at,Solved at\n"
    text = (
        head + "1,Cedar,a,,\n2,Cedar,b,2026-06-02,2026-06-01\n3,Cedar,c,2027-01-01,\n4,Cedar,d,2026-06-01,2026-06-02\n"
    )
    source = brought_in(text, kind="tickets")
    assert refusals(source) == [(2, "opened_missing"), (3, "closed_before_opened"), (4, "not_yet")]
    assert Ticket.objects.get().closed_at == datetime(2026, 6, 2, tzinfo=UTC)


def test_contracts_need_what_they_are(workspace):
    make_account("Cedar")
    cedar = make_account("Elm")
    for _ in range(2):
        make_contract(cedar, name="Twice")
    head = "Account,Contract id,Name,Start date,End date\n"
    text = head + (
        "Cedar,1,,2026-01-01,2027-01-01\nCedar,2,Plan,,2027-01-01\nElm,,Twice,2026-01-01,2027-01-01\n"
        "Elm,,Other,2026-01-01,2027-01-01\n"
    )
    source = brought_in(text)
    assert refusals(source) == [(2, "name_missing"), (3, "dates_missing"), (4, "several_contracts")]
    assert written(source) == {"new": 1}


def test_the_page_on_importing_names_every_field():
    text = (Path(__file__).parents[2] / "docs" / "imports.md").read_text()
    for kind, fields in FIELDS.items():
        assert f"| `{kind}` | {', '.join(f'`{known.key}`' for known in fields)} |" in text


def test_readings_that_cannot_be_are_refused(workspace):
    make_account("Cedar")
    make_metric("csat", "rating")
    text = "Account,Metric,Kind,Day,Value\n" + "".join(
        f"Cedar,{metric},{kind},2026-06-0{day},{value}\n"
        for day, (metric, kind, value) in enumerate([
            ("steps", "counter", "-1"), ("csat", "", "101"), ("csat", "rating", "-1"), ("stars", "rating", "1e9"),
            ("fog", "gauge", "NaN"), ("fog", "gauge", "inf"), ("fog", "gauge", "-3"),
        ], start=1)
    )  # fmt: skip
    source = brought_in(text, kind="metrics")
    assert refusals(source) == [
        (2, "below_none"), (3, "not_a_rating"), (4, "not_a_rating"), (5, "not_a_rating"), (6, "not_a_number"),
        (7, "not_a_number"),
    ]  # fmt: skip
    assert written(source) == {"new": 1}
