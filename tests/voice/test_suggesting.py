"""Phrases above expectation, themes that rise, and where a text is marked."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import marking
from voice.reading.phrases import Phrases
from voice.reading.suggesting import candidates
from voice.reading.trends import chance_of_more, has_risen

NOTHING = Phrases([])
NOISE = [
    (nth, f"{one} {two}")
    for nth, (one, two) in enumerate(
        (one, two)
        for one in ("office", "printer", "laptop", "meeting", "colleague", "monday")
        for two in ("garden", "window", "kitchen", "ceiling", "corridor", "parking")
    )
]


def phrases(texts, covered=NOTHING, most=5):
    return [one.phrase for one in candidates(texts, covered, most)]


def test_words_that_stand_together_are_suggested():
    texts = NOISE + [(100 + nth, f"The single sign on of {name} is gone") for nth, name in enumerate("abcdef")]
    assert phrases(texts)[0] == "single sign"


def test_chinese_phrases_are_suggested_whole():
    texts = [
        (nth, f"{one}单点登录{two}") for nth, (one, two) in enumerate(zip("甲乙丙丁戊己", "子丑寅卯辰巳", strict=True))
    ]
    assert "单点登录" in phrases(texts)


def test_what_one_customer_repeats_is_not_suggested():
    assert phrases(NOISE + [(7, f"single sign {letter}") for letter in "abcdefgh"]) == []


def test_what_a_theme_covers_and_what_is_only_praise_is_not_suggested():
    covered = Phrases([("sign on", (1,))])
    texts = NOISE + [(100 + nth, f"sign on {name}, very helpful people") for nth, name in enumerate("abcdef")]
    assert phrases(texts, covered) == []


@given(st.lists(st.tuples(st.integers(1, 9), st.text(alphabet="ab 好不,\x00", max_size=30)), max_size=30))
def test_anything_can_be_looked_through(texts):
    assert candidates(texts, NOTHING, 5) == candidates(texts, NOTHING, 5)


# ------------------------------------------------------------------------------------- rising
def test_chance_is_fishers():
    """R: fisher.test(matrix(c(8, 2, 1, 5), 2), alternative = "greater") gives 0.02445."""
    assert round(chance_of_more(8, 10, 1, 6), 5) == 0.02448


def test_the_chance_among_very_many_comments_is_told_at_once():
    """By whole factorials one such question took 17 seconds, and a digest asks it of every theme."""
    began = process_time()
    assert chance_of_more(3000, 9000, 2500, 8800) == pytest.approx(6.412032260768347e-13)
    assert chance_of_more(10, 9000, 2500, 8800) == pytest.approx(1)
    assert process_time() - began < 1


def test_few_customers_are_no_rise():
    assert not has_risen(3, 3, 0, 500, tests=1)


def test_a_rise_is_surer_with_more_customers_and_needs_more_where_much_is_tested():
    assert not has_risen(4, 20, 20, 240, tests=1)
    assert has_risen(12, 40, 24, 480, tests=10)
    assert not has_risen(6, 40, 24, 480, tests=10)


def test_no_past_no_rise():
    assert not has_risen(9, 10, 0, 0, tests=1)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 200), st.integers(0, 200))
def test_chance_is_a_chance(now, others, before, others_before):
    assert 0 <= chance_of_more(now, now + others, before, before + others_before) <= 1


# ------------------------------------------------------------------------------------- marked words
@given(st.text(min_size=1, max_size=60), st.data())
def test_pieces_are_the_text(text, data):
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda span: span[0] < span[1])
    marks = [(*span, 1.0) for span in data.draw(st.lists(spans, max_size=4))]
    found = marking.pieces(text, len(text), marks, data.draw(st.lists(spans, max_size=4)))
    assert "".join(piece.text for piece in found) == text


def test_words_of_a_feeling_and_of_a_theme_may_overlap():
    found = marking.pieces("slow reply", 10, [(0, 4, -1.0)], [(0, 10)])
    assert [(one.text, one.css) for one in found] == [("slow", "said-bad said-theme"), (" reply", "said-theme")]


def test_another_text_than_was_read_is_not_marked():
    assert marking.pieces("changed", 10, [(0, 4, -1.0)], []) == [marking.Piece("changed")]
    assert marking.pieces("", 10, [], []) == []
    assert marking.decided("changed", 10, [(0, 4, -1.0)]) == []


def test_a_long_text_is_cut():
    found = marking.shortened(marking.pieces("a" * 900, 900, [(0, 420, 1.0)], []), 420)
    assert "".join(one.text for one in found) == "a" * 420 + "…"
    cut = marking.shortened(marking.pieces("a" * 900, 900, [(400, 500, 1.0)], []), 420)
    assert "".join(one.text for one in cut) == "a" * 420 + "…"
