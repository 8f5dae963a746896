"""What the timeline says."""

import pytest

from accounts.registry import words

ANSWER = {"contact_name": "Hank", "metric": "nps", "value": 0, "scale_max": 10, "is_change": False, "comment": ""}


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("survey.sent", {"contact_name": "Hank", "metric": "csat"}, "CSAT survey sent to Hank"),
        (
            "survey.refused",
            {"contact_name": "Hank", "metric": "nps", "reason": "quiet"},
            "No NPS survey sent to Hank: Asked something else recently",
        ),
        (
            "survey.refused",
            {"contact_name": "", "metric": "csat", "reason": "no_contact"},
            "No CSAT survey sent: Nobody is named who could be asked",
        ),
        ("survey.answered", ANSWER, "Hank answered NPS with 0 of 10"),
        ("survey.answered", ANSWER | {"comment": "Meh"}, "Hank answered NPS with 0 of 10: “Meh”"),
        ("survey.answered", ANSWER | {"is_change": True}, "Hank changed their NPS answer to 0 of 10"),
    ],
)
def test_facts_in_words(kind, data, told):
    assert words[kind](data) == told
