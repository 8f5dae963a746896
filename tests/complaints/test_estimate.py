from datetime import timedelta

import pytest

from complaints import sentences
from complaints.estimate import ENOUGH, Asked, Basis, estimate
from complaints.next_step import Standing, Step, next_step
from complaints.queries.figure import Conversion
from tests.builders import NOON

HOUR = timedelta(hours=1)


def silent(*asked, prior=26, weight=5, complaints=3, others=1000):
    return estimate(prior=prior, weight=weight, asked=asked, complaints=complaints, others=others)


def test_without_a_reply_it_is_an_assumption_and_says_so():
    one = silent(Asked(40, 0, 0))
    assert (one.per_complaint, one.silent, one.basis, one.share) == (26, 78, Basis.ASSUMPTION, None)
    assert sentences.basis(one) == "An assumption: nobody has been asked yet"
    assert sentences.silent(one) == [
        "Assumed: 26 silent others to each complaint. This counts as much as 5 complaints.",
        "26.0 × 3 customers whose complaint is open = 78 silent others.",
    ]


def test_an_assumption_that_weighs_nothing_is_used_until_somebody_replies():
    assert sentences.silent(silent(weight=0))[0] == "Assumed: 26 silent others to each complaint."
    assert silent(weight=0).per_complaint == 26
    assert silent(Asked(40, 10, 2), weight=0).per_complaint == 8  # 40 x 2 / 10


def test_replies_are_weighed_against_it():
    one = silent(Asked(40, 10, 2), Asked(30, 5, 0))
    assert one.found == 8
    assert one.per_complaint == pytest.approx((5 * 26 + 8) / 7)
    assert one.basis is Basis.MIXED
    assert sentences.basis(one) == "An assumption, corrected by what you have heard"
    assert sentences.silent(one)[1:3] == [
        "Heard: of 15 look-alikes of 2 complaints who replied, 2 have the same trouble: 13\u00a0% (95 % interval "
        "4\u00a0% to 38\u00a0%). If all who are like them are so, that is 8.0 others.",
        "Per complaint: (5 × 26 + 8.0) ÷ (5 + 2) = 19.7.",
    ]


def test_with_enough_of_their_own_nothing_is_assumed():
    one = silent(*[Asked(10, 5, 1)] * ENOUGH, complaints=1)
    assert (one.per_complaint, one.weight, one.basis) == (2, 0, Basis.OWN)
    assert sentences.basis(one) == "Your own data alone"
    assert sentences.silent(one)[1:] == [
        "Per complaint: 40.0 ÷ 20 = 2.0.",
        "2.0 × 1 customer whose complaint is open = 2 silent others.",
    ]


def test_there_are_never_more_silent_than_there_are_others():
    one = silent(others=50)  # 3 of 53: at most 50
    assert (one.silent, one.is_capped) == (50, True)
    assert sentences.silent(one)[-1] == "There are only 50 other customers: no more can be silent."


def test_conversion_in_words():
    assert sentences.conversion(Conversion(2, 0, 0)) == (
        "2 people had a complaint that is closed. None of them was asked again since."
    )
    assert sentences.conversion(Conversion(12, 10, 8)).endswith(
        "8 with 9 or 10: 80\u00a0% (95 % interval 49\u00a0% to 94\u00a0%)."
    )
    assert Conversion(0, 0, 0).share is None


@pytest.mark.parametrize(
    ("promised", "told", "step"),
    [
        (-1, -2, Step.OWN_UP),
        (-1, None, Step.OWN_UP),
        (1, None, Step.HEAR),
        (24, -1, Step.SOLVE),
        (100, -72, Step.REPORT),
        (100, -71, Step.WORK),
    ],
)
def test_what_comes_next(promised, told, step):
    told_at = NOON + told * HOUR if told is not None else None
    assert next_step(Standing(NOON + promised * HOUR, told_at), NOON) is step
