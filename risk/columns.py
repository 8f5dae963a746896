"""What the risk is told of a customer: the parts of the score, what is agreed, for how long it has been one.

Renewal is in whole months to the last day that is agreed, and stands for when somebody may leave, not for how well they
are; so it is in the risk and not in the health score. `NO_CONTRACT` stands for nothing agreed at all. Beside it stands
what happens on that day: `ENDS`, `RENEWS` by itself, or `MONTHLY`, from month to month. Whose last contract ended
within ENDED_DAYS without another is `ENDED` in both; what renews by itself is thought to have gone on unnoted.

Until departures teach better, what is agreed counts by odds of leaving that are set here by hand:

* A contract that ends within the horizon: 3 times those of one that ends later, and 2 times where only some of the
  range's months lie within it. Nobody who keeps a contract can leave before its end. In a portfolio with planted truth,
  half of it under yearly contracts, this timing was worth more than all parts of the score together.
* One that ended without another: as one that ends within the horizon. That the day has come is no good news.
* One that renews by itself: half. To leave, somebody has to act in time; to stay, nobody has.
* One from month to month: two thirds of one for longer that ends as soon. At the end of a year a year's reasons to
  leave have gathered, here a month's. On telco such customers had 4 to 6 times the odds of those with a year's
  contract, a quarter of which ends in 90 days: about those of one that ends. In the planted portfolio it was a third.
* No contract, or not known: as the average. Often it is kept elsewhere, so it says nothing of what binds them.
"""

import math
from collections.abc import Mapping
from itertools import pairwise

from health.parts import PARTS
from risk.prediction.columns import Column

RENEWAL, AGE, CONTRACT = "renewal", "age", "contract"
RENEWAL_EDGES = (0.0, 2.0, 4.0, 7.0, 60.0)  # ended, 0-1, 2-3, 4-6, 7 months and more, no contract
AGE_EDGES = (3.0, 12.0, 36.0)  # months a customer
NO_CONTRACT = 99
ENDED = -1  # below every edge of cards learned before it was told: they count it as about to end
ENDED_DAYS = 90
LONGEST_TERM = 59
MONTH_DAYS = 30.4375
ENDS, RENEWS, MONTHLY = 0, 1, 2
CONTRACT_EDGES = (1.0, 2.0)  # ends or ended, renews, monthly
MONTHLY_DAYS = 31  # no longer than this from first day to last

WITHIN, PARTLY_WITHIN = 3.0, 2.0
CONTRACT_ODDS = (1.0, 1 / 2, 2 / 3)

NAMES = (*PARTS, RENEWAL, AGE, CONTRACT)  # stored rows are told apart by their length: add at the end only


def columns(weights: Mapping[str, int], horizon_days: int) -> tuple[Column, ...]:
    """In the order of NAMES; `weights` are those of the health score."""
    return (
        *(Column(part, float(weights[part])) for part in PARTS),
        Column(RENEWAL, edges=RENEWAL_EDGES, hand=renewal_by_hand(horizon_days)),
        Column(AGE, edges=AGE_EDGES),
        Column(CONTRACT, edges=CONTRACT_EDGES, hand=tuple(math.log(odds) for odds in CONTRACT_ODDS)),
    )


def renewal_by_hand(horizon_days: int) -> tuple[float | None, ...]:
    """Log-odds of leaving by range of RENEWAL_EDGES, above those of a contract that ends after the horizon."""
    months = round(horizon_days / MONTH_DAYS)
    ranges = pairwise((0.0, *RENEWAL_EDGES))
    odds = [WITHIN if high <= months else PARTLY_WITHIN if low < months else 1.0 for low, high in ranges]
    return (*(math.log(one) for one in odds), None)
