from datetime import timedelta

import pytest

from accounts import registry
from accounts.models import Fact
from learning import actions, queries
from learning.models import Completion, ContentItem
from outbox.models import Effect
from tests.builders import NOON, make_account, make_completion, make_contact, make_item, make_metric
from workspaces.models import AuditEvent

HOUR = timedelta(hours=1)


def told():
    facts = Fact.objects.filter(kind__startswith="content.").order_by("pk")
    return [(fact.kind, fact.at, fact.data["contact_name"]) for fact in facts]


def audited():
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


# ------------------------------------------------------------------ content
def test_an_item_is_added_changed_retired_and_brought_back(workspace):
    metric = make_metric("reports_built")
    item = make_item("Reports", roles=["end_user", "champion"], metric=metric, minutes=5)
    assert (item.roles, item.role_names) == (["champion", "end_user"], ["Champion", "End user"])
    actions.update_item(item=item, changes={"title": "Reports", "minutes": 5}, at=NOON, by=None)
    actions.update_item(item=item, changes={"title": "Better reports", "id": 7}, at=NOON, by=None)
    for is_retired in (True, True, False):
        actions.set_retired(item=item, is_retired=is_retired, at=NOON, by=None)
    item = ContentItem.objects.get()
    assert (str(item), item.metric, item.minutes, item.retired_at) == ("Better reports", metric, 5, None)
    assert audited() == ["content.added", "content.changed", "content.retired", "content.restored"]
    assert AuditEvent.objects.get(kind="content.changed").detail == {"fields": ["title"]}


def test_an_address_is_one_items(workspace):
    first, second = make_item(), make_item()
    with pytest.raises(actions.AddressTaken):
        make_item(url=first.url)
    with pytest.raises(actions.AddressTaken):
        actions.update_item(item=second, changes={"url": first.url}, at=NOON, by=None)
    assert ContentItem.objects.count() == 2


# ------------------------------------------------------------------ completions
def test_somebody_starts_and_completes_an_item_once(workspace):
    item, mei = make_item(), make_contact(make_account(), name="Mei Chen")
    make_completion(item, mei, started_at=NOON - 3 * HOUR)
    make_completion(item, mei, started_at=NOON - 2 * HOUR, completed_at=NOON - HOUR)
    make_completion(item, mei, completed_at=NOON)
    one = Completion.objects.get()
    assert (one.account, one.started_at, one.completed_at, one.recorded_at) == (
        mei.account, NOON - 3 * HOUR, NOON - HOUR, NOON,
    )  # fmt: skip
    assert told() == [
        ("content.started", NOON - 3 * HOUR, "Mei Chen"),
        ("content.completed", NOON - HOUR, "Mei Chen"),
    ]


def test_an_earlier_start_counts_and_a_completion_alone_is_one_fact(workspace):
    item, mei = make_item(), make_contact(make_account(), name="Mei Chen")
    make_completion(item, mei, completed_at=NOON - HOUR)
    assert make_completion(item, mei, started_at=NOON - 2 * HOUR).started_at == NOON - 2 * HOUR
    assert told() == [("content.completed", NOON - HOUR, "Mei Chen")]
    assert make_completion().started_at == NOON


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ({"started_at": NOON + HOUR}, actions.NotYetHappened),
        ({"completed_at": NOON + HOUR}, actions.NotYetHappened),
        ({"started_at": NOON, "completed_at": NOON - HOUR}, actions.CompletedBeforeStart),
    ],
)
def test_times_that_cannot_be_are_refused(workspace, times, error):
    with pytest.raises(error):
        make_completion(**times)
    one = make_completion()
    with pytest.raises(error):
        actions.correct(completion=one, changes=times, at=NOON, by=None)
    assert Completion.objects.get().completed_at is None


def test_a_completion_is_set_right_and_taken_back(workspace):
    one = make_completion(started_at=NOON - 2 * HOUR)
    actions.correct(completion=one, changes={"completed_at": NOON - HOUR}, at=NOON, by=None)
    assert [kind for kind, *_ in told()] == ["content.started", "content.completed"]
    Effect.objects.all().delete()
    actions.correct(completion=one, changes={"completed_at": NOON - HOUR}, at=NOON, by=None)
    assert not Effect.objects.exists()
    actions.correct(completion=one, changes={"started_at": NOON - 3 * HOUR, "completed_at": None}, at=NOON, by=None)
    one.refresh_from_db()
    assert (one.started_at, one.completed_at) == (NOON - 3 * HOUR, None)
    assert len(told()) == 2
    assert Effect.objects.filter(kind="health.rescore", payload__account_ids=[one.account_id]).exists()


def test_the_timeline_tells_it():
    data = {"title": "Reports", "contact_name": "Mei"}
    assert registry.words["content.started"](data) == "Mei started “Reports”"
    assert registry.words["content.completed"](data) == "Mei completed “Reports”"
    assert registry.words_of_many["content.started"](2) == "Started 2 pieces of content"
    assert registry.words_of_many["content.completed"](1) == "Completed 1 piece of content"


# ------------------------------------------------------------------ queries
def test_items_count_their_people_and_the_retired_stand_last(workspace):
    old = make_item("A")
    actions.set_retired(item=old, is_retired=True, at=NOON, by=None)
    new = make_item("B")
    make_completion(new)
    make_completion(new, completed_at=NOON)
    assert [(str(item), item.people, item.completed) for item in queries.items()] == [("B", 2, 1), ("A", 0, 0)]
    assert list(queries.items_offered()) == [new]
    assert str(Completion.objects.first()).startswith(f"{new.pk} ")


def test_features_are_what_customers_use(workspace):
    make_metric("nps", "rating")
    built = make_metric("reports_built")
    assert list(queries.features()) == [built]


def test_what_to_send_next_is_for_the_most_people_and_short(workspace):
    account = make_account()
    for name in ("Ana", "Bo", "Cy", "Di"):
        make_contact(account, name=name, role="end_user")
    boss = make_contact(account, name="Mei", role="decision_maker")
    gone = make_contact(account, name="Gone", role="champion")
    gone.left_at = NOON
    gone.save()
    everybody, users = make_item("For all", minutes=30), make_item("For users", roles=["end_user"])
    short = make_item("Short", roles=["end_user"], minutes=3)
    make_item("For champions", roles=["champion"])
    seen = make_item("Seen", roles=["decision_maker"])
    make_completion(seen, boss, completed_at=NOON)
    make_completion(everybody, make_contact(make_account()))
    make_completion(make_item("Begun"), boss)
    found = queries.learning_of(account)
    assert [(one.item, one.people, one.names, one.more) for one in found.suggestions] == [
        (everybody, 5, ["Mei", "Ana", "Bo"], 2),
        (short, 4, ["Ana", "Bo", "Cy"], 1),
        (users, 4, ["Ana", "Bo", "Cy"], 1),
    ]
    (learner,) = found.learners
    assert (learner.contact, learner.completed, [str(one) for one in learner.begun]) == (boss, [seen], ["Begun"])
    assert (found.completed, found.begun, found.most_wanted) == (1, 1, found.suggestions)
