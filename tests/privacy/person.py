"""One person who has left a trace in every room, and a look at every column of the database."""

import json
import zlib
from contextlib import suppress
from datetime import timedelta

from django.db import connection

from accounts.actions import contracts as contract_actions
from accounts.models import Contact, Ticket
from alerts.actions import dismissals
from alerts.models import Alert
from complaints.actions import case as case_actions
from complaints.actions import follow_up as follow_up_actions
from expectations import actions as expectation_actions
from integrations.models import InboxEvent
from journeys import actions as journey_actions
from journeys.actions import plays as play_actions
from journeys.actions import tasks as task_actions
from outbox import engine
from outbox.mail import post
from outbox.models import Effect
from plans.actions import goals as goal_actions
from reviews import actions as review_actions
from reviews.models import Review
from surveys.actions import answers as answer_actions
from surveys.actions import wishes
from tests.builders import (
    NOON,
    make_account,
    make_complaint,
    make_completion,
    make_connection,
    make_contact,
    make_endpoint,
    make_expectation,
    make_follow_up,
    make_goal,
    make_member,
    make_milestone,
    make_notice,
    make_plan,
    make_play,
    make_pulse,
    make_review,
    make_step,
    make_survey_invitation,
    make_task,
    make_ticket,
    make_touchpoint,
)
from tests.imports.files import brought_in
from webhooks.models import Delivery
from workspaces import actions as workspace_actions
from workspaces.models import IdempotentRequest

NAME, EMAIL = "Ana Ruíz-O'Hara", "ana.ruiz@cedar.example"
COMMENT = "Nobody ever called me back, says the finance director."
LATER = NOON + timedelta(hours=1)


def make_person() -> Contact:
    """A contact whose name, address or words stand in every table that can hold them."""
    by = make_member("admin").user
    make_endpoint(wants_all=True)
    make_account("Cedar Logistics", custom={})
    csv = f"Email,First name,Last name,Company\n{EMAIL},Ana,Ruíz-O'Hara,Cedar Logistics\n"
    brought_in(csv, kind="contacts", file_name=f"{NAME}.csv", by=by)
    person = Contact.objects.get(email=EMAIL)
    _told_us(person)
    _complained(person, by)
    _we_noted(person, by)
    _went_out(person)
    _came_in(person)
    for queue in ("default", "compute"):
        engine.run_due(queue=queue, clock=lambda: NOON, until=LATER)
    Delivery.objects.update(log=[{"excerpt": f"thanks for {NAME}", "status": 200}])
    return Contact.objects.get(pk=person.pk)


def _told_us(person: Contact) -> None:
    ticket = make_ticket(person.account, subject=f"{NAME} cannot print", contact=person)
    invitation = make_survey_invitation(person, ticket=ticket, episode=1)
    answer_actions.answer(invitation=invitation, value=1, comment=COMMENT, at=NOON)
    answer_actions.answer(invitation=invitation, value=2, comment=f"{COMMENT} Twice.", at=NOON + timedelta(minutes=1))
    make_survey_invitation(person, sent_at=None)


def _complained(person: Contact, by) -> None:
    one = make_complaint(person.account, COMMENT, contact=person, by=by)
    make_step(one, f"Dear {NAME}: {COMMENT}", kind="mailed", by=by)
    make_step(one, f"{NAME} is right")
    make_step(make_complaint(person.account, f"As {NAME} says"), f"{NAME} again", kind="told")
    case_actions.close_complaint(
        complaint=one, outcome="solved", note=f"{NAME} got a call", is_good_now="good", at=NOON, by=by
    )
    follow_up = make_follow_up(person.survey_answers.get())
    wishes.wish_call(answer=person.survey_answers.get(), reach="+49 30 7654321", words=f"Ask for {NAME}", at=NOON)
    said = f"{NAME} said: {COMMENT}"
    follow_up_actions.settle_follow_up(
        follow_up=follow_up, outcome="settled", said=said, spoke_with=person, at=NOON, by=by
    )


def _we_noted(person: Contact, by) -> None:
    account = person.account
    account.custom = {"note": f"Ask {NAME} first"}
    account.save()
    contract_actions.add_contract(
        account=account, name=f"Agreed with {NAME}", starts_on=NOON.date(), ends_on=LATER.date() + timedelta(days=365),
        at=NOON, by=by,
    )  # fmt: skip
    make_contact(account, title=f"Assistant of {NAME}")
    make_touchpoint(account, contact=person, summary=f"Spoke with {NAME.upper()},\nwho is unhappy")
    journey_actions.move_stage(account=account, to_stage="loyalty", reason=f"{NAME} renews", at=NOON, by=by)
    one = make_expectation(account, wording=f"{NAME} gets a named engineer")
    expectation_actions.explain(expectation=one, to=person, on=NOON.date(), at=NOON, by=by)
    link, _ = expectation_actions.ask(account=account, expectation_ids=[one.pk], contact=person, at=NOON, by=by)
    expectation_actions.acknowledge(link=link, name=NAME, objection="", at=NOON)
    link, _ = expectation_actions.ask(account=account, expectation_ids=[one.pk], contact=person, at=NOON, by=by)
    expectation_actions.acknowledge(link=link, name=NAME, objection=COMMENT, at=NOON)
    expectation_actions.ask(account=account, expectation_ids=[one.pk], contact=person, at=NOON, by=by)
    _planned(person, by)
    _to_do(person, by)
    make_pulse(account, reason=f"{NAME} is unhappy")
    dismissals.dismiss(
        account=account, until=NOON.date() + timedelta(days=9), reason=f"{NAME} is away", at=NOON, by=None
    )
    make_completion(contact=person, completed_at=NOON)
    _reviewed(person, by)


def _planned(person: Contact, by) -> None:
    account = person.account
    texts = {name: f"{name}: {NAME} told us" for name in ("why_bought", "use_case", "replaces", "success_criteria")}
    make_plan(account, **texts)
    goal = make_goal(account, f"{NAME} closes the books in two days", unit=f"days of {NAME}", site=f"Office of {NAME}")
    goal_actions.reach_goal(goal=goal, on=NOON.date(), at=NOON, by=by)
    goal_actions.confirm_goal(goal=goal, on=NOON.date(), contact=person, at=NOON, by=by)
    make_milestone(account, f"Training of {NAME}", material=f"https://files.example/?for={EMAIL}")


def _to_do(person: Contact, by) -> None:
    make_notice(make_member(), "task_overdue", person.account, data={"text": f"Call {NAME}"})
    task = make_task(person.account, f"Call {NAME}")
    task_actions.drop_task(task=task, reason=f"{EMAIL} wrote first", at=NOON, by=by)
    play_actions.stop_play(play=make_play(person.account), reason=f"{NAME} said no", at=NOON, by=by)


def _reviewed(person: Contact, by) -> None:
    review = make_review(person.account)
    review_actions.save_commentary(review=review, section="voice", text=f"Thanks to {NAME}", at=NOON, by=by)
    review_actions.add_action(review=review, text="Call them", customer_owner=NAME, at=NOON, by=by)
    voice = {"answers": [{"contact_name": NAME, "comment": COMMENT, "value": 1}]}
    Review.objects.filter(pk=review.pk).update(
        attendees=f"{NAME}, Mei Chen", prepared_at=NOON, held_at=NOON, snapshot={"voice": voice, "said": f"Hi {NAME}"}
    )
    workspace_actions.record(kind="thing.done", subject=f"For {NAME}", detail={"to": EMAIL}, at=NOON, by=by)
    Alert.objects.filter(account=person.account).update(
        resolution=f"Called {NAME}", snooze_reason=f"{NAME} is on leave"
    )


def _went_out(person: Contact) -> None:
    post(to=EMAIL, subject="How was it?", text=f"Dear {NAME}", html=f"<p>Dear {NAME}</p>", key="one", at=NOON)
    post(to="mei@vendor.example", subject=f"Alert: {NAME}", text=f"{NAME} wrote: {COMMENT}", key="two", at=NOON)
    engine.run_due(queue="mail", clock=lambda: NOON, until=LATER)
    post(to=EMAIL, subject="Once more", text="Not sent yet", key="three", at=LATER + timedelta(days=1))
    post(to="mei@vendor.example", subject=f"About {NAME}", text=f"{NAME} again", key="four", at=LATER)
    Effect.objects.filter(dedupe_key="one").update(last_error=f"550 <{EMAIL}> unknown")
    IdempotentRequest.objects.create(
        key="first", fingerprint="f", status=201, body=json.dumps({"email": EMAIL}), created_at=NOON
    )
    IdempotentRequest.objects.create(key=f"add-{EMAIL}", fingerprint="f", status=201, body="{}", created_at=NOON)


def _came_in(person: Contact) -> None:
    desk, ticket = make_connection(), Ticket.objects.get(contact=person)
    about = {"connection": desk, "received_at": NOON, "headers": {}, "settled_at": NOON}
    processed = {"state": "processed", "account": person.account}
    escaped = json.dumps({"who": NAME, "mail": EMAIL.upper()})
    InboxEvent.objects.create(
        delivery_key="1", body=b"{}", subject=f"From {NAME}", requester_name=NAME, requester_email=EMAIL, ticket=ticket,
        **processed, **about,
    )  # fmt: skip
    InboxEvent.objects.create(delivery_key="2", body=escaped.encode(), **processed, **about)
    InboxEvent.objects.create(delivery_key="3", body=json.dumps({"cc": NAME}).encode(), state="unmatched", **about)
    InboxEvent.objects.create(delivery_key="4", body=f"no json: {NAME}".encode(), state="sample", **about)
    InboxEvent.objects.create(
        delivery_key="5", body=b"{}", state="unmatched", subject=f"{NAME} asks", requester_name=NAME, **about
    )


def everything() -> dict[str, str]:
    """Every row of every table that this connection may read, as text, whatever its column's type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            " and not relispartition order by 1"  # a partition's rows are its table's
        )
        return {table: "\n".join(_rows(cursor, table)) for (table,) in cursor.fetchall()}


def _rows(cursor, table: str) -> list[str]:
    cursor.execute(f'select * from "{table}"')
    return [" | ".join(map(_text, row)) for row in cursor.fetchall()]


def _text(value: object) -> str:
    if isinstance(value, memoryview):
        raw = bytes(value)
        with suppress(zlib.error):
            raw = zlib.decompress(raw)
        text = raw.decode(errors="replace")
        return text + (json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else "")
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


def traces(*of: str) -> dict[str, list[str]]:
    """The tables in which these words still stand."""
    said = {table: text.casefold() for table, text in everything().items()}
    found = {word: [table for table, text in said.items() if word.casefold() in text] for word in of}
    return {word: tables for word, tables in found.items() if tables}
