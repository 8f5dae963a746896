"""What a customer's executive can be told: two or three plain sentences from data, in no word of ours."""

import re

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from health import executive
from health.parts import MEASURES
from tests.alerts.test_alerts import with_score
from tests.builders import NOON, make_account
from tests.health.given import part
from tests.health.test_views import sign_in

JARGON = re.compile(
    r"\b(score|health|churn|risk|csat|nps|ces|adoption|champion|decision maker|touchpoint|ticket|metric|coverage"
    r"|account|customer|segment|renew\w*|detractor|engagement|alert|key actions|seats?)\b",
    re.IGNORECASE,
)
USE = {"value": 80, "last": 110, "before": 100, "metric": "key_actions"}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], []),
        ([part("intent", 10, 1.0, known={"value": 10, "filled": 1, "age": 3})], []),
        (
            [part("adoption", 80, 20.0, trend=USE)],
            [
                "Your team used our product 10 % more in the last four weeks than in the four before.",
                "We will keep going as agreed, and look at it with you again next quarter.",
            ],
        ),
        (
            [
                part("adoption", 20, 5.0, trend={**USE, "value": 20, "last": 40}),
                part("outcomes", 90, 18.0, progress={"value": 90, "goals": 3, "behind": 1, "reached": 0}),
            ],
            [
                "Your team used our product 60 % less in the last four weeks than in the four before.",
                "2 of the 3 goals we agreed on are where they should be by now.",
                "We will find out with your team what keeps people from using it, and help where we can.",
            ],
        ),
        (
            [
                part("adoption", 70, 5.0, trend={**USE, "last": 101}, blockers={"value": 9}),
                part("outcomes", 30, 6.0, progress={"value": 30, "goals": 1, "behind": 1, "reached": 0}),
            ],
            [
                "Your team used our product as much in the last four weeks as in the four before.",
                "We will name a date for each request of your team that is still open.",
            ],
        ),
        (
            [
                part("engagement", 90, 9.0, recency={"value": 90, "age": 3}),
                part("journey", 30, 3.0, timeliness={"value": 30, "due": 4, "late": 1, "overdue": 2}),
            ],
            [
                "1 of 4 steps that we planned together was done on time.",
                "We last spoke with your team 3 days ago.",
                "We will go through the steps that are late with your team, and agree on new dates.",
            ],
        ),
        ([part("adoption", 80, 20.0, trend={**USE, "coverage": 0.2})], []),
    ],
)
def test_what_is_said(parts, said):
    spoken = [sentence.replace("\u00a0", " ") for sentence in executive.told(parts)]
    assert [re.sub(r"were done", "was done", one) for one in spoken] == said


@st.composite
def anything(draw):
    parts = []
    for key, measures in MEASURES.items():
        told = {}
        for one in measures:
            if draw(st.booleans()):
                numbers = {name: draw(st.integers(1, 50)) for name in one.details if name not in {"metric", "on"}}
                told[one.key] = {"value": draw(st.floats(0, 100)), "coverage": draw(st.floats(0, 1)), **numbers}
        parts.append(part(key, 50, 5.0, **told))
    return parts


@given(anything())
def test_it_is_two_or_three_sentences_without_a_word_of_ours(parts):
    said = executive.told(parts)
    assert len(said) in {0, 2, 3}
    assert len(set(said)) == len(said)
    assert not JARGON.search(" ".join(said))


def test_the_panel_offers_it_with_a_button_to_copy(workspace):
    account = make_account("Cedar Logistics")
    with time_machine.travel(NOON, tick=False):
        with_score(account, 80, parts=[part("adoption", 80, 80.0, trend=USE)])
        text = sign_in().get(reverse("health:account_panel", args=[account.pk])).content.decode()
    said = re.search(r'id="health-executive">(.*?)</p>', text, re.DOTALL).group(1)
    assert "Your team used our product" in said
    assert "Cedar" not in said
    assert 'data-copy-from="#health-executive"' in text
