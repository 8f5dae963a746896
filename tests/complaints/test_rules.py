import pytest

from complaints import sentences
from complaints.models import ComplaintRule
from complaints.rules import Candidate, deciding, fits, says


def make_rule(**fields):
    return ComplaintRule(workspace_id=1, **fields)


@pytest.mark.parametrize(
    ("words", "text", "is_said"),
    [
        ([], "anything", True),
        ([], "", True),
        (["refund"], "We want a REFUND now", True),
        (["refund"], "We want refunds", True),  # the beginning of a word
        (["fund"], "We want a refund", False),  # not its middle
        (["nobody call"], "Nobody\n called me", True),
        (["nobody call"], "Nobody will call", False),
        (["ｒｅｆｕｎｄ"], "refund", True),  # as wide as it may be written
        (["投诉"], "我要投诉你们", True),
        (["a.c"], "abc", False),  # no pattern
        (["straße"], "STRASSE", True),
    ],
)
def test_words(words, text, is_said):
    assert says(words, text) is is_said


@pytest.mark.parametrize(
    ("rule", "candidate", "is_taken"),
    [
        ({"source": "answer"}, {"is_bad": True}, True),
        ({"source": "answer"}, {"is_bad": False}, False),
        ({"source": "answer", "needs_comment": True}, {"is_bad": True, "text": " "}, False),
        ({"source": "answer", "needs_comment": True}, {"is_bad": True, "text": "Slow"}, True),
        ({"source": "answer", "is_bad_only": False, "words": ["slow"]}, {"text": "Slow"}, True),
        ({"source": "ticket", "priorities": ["urgent"]}, {"priority": "urgent"}, True),
        ({"source": "ticket", "priorities": ["urgent"]}, {"priority": ""}, False),
        ({"source": "ticket", "topics": ["problem"]}, {"topic": "question"}, False),
        ({"source": "ticket", "priorities": ["urgent"], "topics": ["problem"]}, {"priority": "urgent"}, False),
        ({"source": "ticket", "tags": ["Beschwerde", "投诉"]}, {"tags": ["vip", "beschwerde"]}, True),
        ({"source": "ticket", "tags": ["complaint"]}, {"tags": ["no-complaint"]}, False),
        ({"source": "ticket", "tags": ["complaint"]}, {}, False),
        ({"source": "touchpoint", "felt_at_most": -1}, {"felt": -2}, True),
        ({"source": "touchpoint", "felt_at_most": -1}, {"felt": 0}, False),
        ({"source": "touchpoint", "felt_at_most": -1}, {"felt": None}, False),
        ({"source": "touchpoint", "words": ["angry"]}, {"text": "Angry call"}, True),
        ({"source": "ticket"}, {"source": "answer"}, False),
    ],
)
def test_every_condition_that_is_set_must_hold(rule, candidate, is_taken):
    candidate = {"source": rule["source"], "text": "", **candidate}
    assert fits(make_rule(**rule), Candidate(**candidate)) is is_taken


def test_the_first_rule_decides():
    first, second = make_rule(source="answer", is_bad_only=False), make_rule(source="answer")
    assert deciding([second, first], Candidate("answer", "", is_bad=True)) is second
    assert deciding([second, first], Candidate("answer", "")) is first
    assert deciding([], Candidate("answer", "")) is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"source": "answer"}, "A bad answer"),
        ({"source": "answer", "needs_comment": True}, "A bad answer with a comment"),
        ({"source": "answer", "is_bad_only": False}, "An answer"),
        (
            {"source": "answer", "is_bad_only": False, "needs_comment": True, "words": ["slow"]},
            "An answer with a comment that says “slow”",
        ),
        (
            {"source": "ticket", "priorities": ["high", "urgent"], "topics": ["problem"]},
            "A ticket of priority High or Urgent of topic Problem",
        ),
        (
            {"source": "ticket", "words": list("abcdefgh")},
            "A ticket that says “a”, “b”, “c”, “d”, “e” or “f” or 2 words more",
        ),
        ({"source": "ticket", "tags": ["complaint", "vip"]}, "A ticket tagged “complaint” or “vip”"),
        ({"source": "touchpoint", "words": ["no"]}, "A touchpoint that says “no”"),
        ({"source": "touchpoint", "felt_at_most": -2}, "A touchpoint that felt much worse than usual"),
        ({"source": "touchpoint", "felt_at_most": -1}, "A touchpoint that felt worse than usual at best"),
    ],
)
def test_a_rule_is_told_in_words(rule, words):
    assert sentences.rule(make_rule(**rule)) == words
