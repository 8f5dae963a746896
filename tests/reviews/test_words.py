from accounts.registry import words
from reviews.models import Review


def test_every_kind_of_fact_is_told():
    about = {"review_id": 1, "year": 2026, "quarter": 2}
    assert words["review.held"](about) == "The review of Q2 2026 was held."
    assert words["review.taken_back"](about) == "The review of Q2 2026 was not held after all."
    assert words["action.done"]({"text": "Send the plan"}) == "Done, as promised: Send the plan"
    assert words["action.reopened"]({"text": "Send the plan"}) == "Not done after all: Send the plan"


def test_states_follow_from_dates(workspace):
    assert Review().state == "draft"
