"""For how long notices are kept, and a person in them."""

from datetime import timedelta

from accounts.models import Contact
from notices import personal
from notices.kinds import Kind
from notices.models import ChatMessage, Notice, Occasion
from tests.builders import NOON, make_account, make_chat, make_chat_message, make_contact, make_member, make_notice
from workspaces import actions as workspace_actions

OLD = NOON - timedelta(days=91)


def test_after_three_months_they_go_with_what_was_told(workspace):
    me, hook = make_member(), make_chat()
    for _ in range(3):
        make_notice(me, created_at=OLD)
    gone = make_chat_message(hook, make_account())
    Occasion.objects.filter(pk=gone.occasion_id).update(created_at=OLD)
    young = make_notice(me)
    counts = [workspace_actions.purge(kind="notices", limit=3, is_first=True, at=NOON) for _ in range(3)]
    assert counts == [3, 1, 0]
    assert list(Notice.objects.all()) == [young]
    assert not ChatMessage.objects.exists()


def test_a_person_in_a_task_is_handed_over_and_taken_out(workspace):
    account = make_account()
    contact = make_contact(account, name="Mei Chen", email="mei@cedar.example")
    data = {"text": "Call Mei Chen", "due_on": "2026-06-14"}
    make_notice(make_member(), kind=Kind.TASK_OVERDUE, account=account, data=data)
    make_notice(make_member(), account=account)
    contact = Contact.objects.get(pk=contact.pk)
    assert [row["data"]["text"] for row in personal.notice_rows(contact)] == ["Call Mei Chen"]
    personal.erase_from_notices(contact, NOON)
    assert personal.notice_rows(contact) == []
    texts = [one.data.get("text", "") for one in Occasion.objects.order_by("pk")]
    assert texts == ["Call Erased person", ""]
