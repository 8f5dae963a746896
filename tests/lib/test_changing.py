"""What a change really changes."""

from types import SimpleNamespace

from lib import changing

NAMES = ("name", "hours", "is_on")


def test_only_what_may_be_changed_and_differs_is_taken():
    row = SimpleNamespace(name="Cedar", hours=8, is_on=True, owner="Ada")

    before = changing.take(row, {"hours": 9, "name": "Cedar", "owner": "Bo"}, NAMES)

    assert before == {"hours": 8}
    assert (row.name, row.hours, row.is_on, row.owner) == ("Cedar", 9, True, "Ada")


def test_it_is_told_from_and_to():
    row = SimpleNamespace(name="Cedar", hours=8, is_on=True)

    before = changing.take(row, {"is_on": False, "hours": 9}, NAMES)

    assert list(before) == ["hours", "is_on"]
    assert changing.told(row, before) == {"from": {"hours": 8, "is_on": True}, "to": {"hours": 9, "is_on": False}}


def test_nothing_different_changes_nothing():
    row = SimpleNamespace(name="Cedar")

    assert changing.different(row, {"name": "Cedar"}, NAMES) == {}
    assert changing.take(row, {}, NAMES) == {}
