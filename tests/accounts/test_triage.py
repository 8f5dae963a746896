import pytest

from accounts import triage


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("", ""),
        ("Low", "low"),
        ("2 normal", "normal"),
        ("MEDIUM", "normal"),
        ("P2 - High", "high"),
        ("Priority 1 - Critical", "urgent"),
        ("Dringend", "urgent"),
        ("紧急", "urgent"),
        ("not urgent", ""),
        ("1", ""),
        ("P3", ""),
        ("true", ""),
    ],
)
def test_a_priority_is_one_of_four_or_nothing(said, ours):
    assert triage.priority(said) == ours


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("", ""),
        ("Question", "question"),
        ("GENERAL_INQUIRY", "question"),
        ("Incident", "problem"),
        ("Billing issue", "problem"),
        ("[System] Service request", "request"),
        ("Task", "request"),
        ("7", ""),
        ("Epic", ""),
    ],
)
def test_a_topic_is_one_of_three_or_nothing(said, ours):
    assert triage.topic(said) == ours
