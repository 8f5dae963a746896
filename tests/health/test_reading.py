"""How the statement that scores is carried out: each input is read once, whatever the statistics say."""

from django.db import connection

from health import queries, scoring
from tests.builders import NOON, TODAY
from workspaces import tenancy


def test_conversations_are_joined_by_hashes_not_looked_through_for_each_person_or_question(workspace):
    """What is materialized has no index: a loop over it costs the square of the accounts in a chunk."""
    told = scoring.parameters(
        workspace_id=tenancy.current_id(),
        account_ids=[1],
        day=TODAY,
        at=NOON,
        profiles=queries.scored_by(),
        typical=queries.typical(),
        metric_ids=queries.metric_ids(TODAY),
        sources=queries.sources(TODAY),
        is_current=True,
    )
    with connection.cursor() as cursor:
        scoring.SCORE.execute(cursor, told, how="explain (costs off)")
        plan = [line for (line,) in cursor.fetchall()]
    reads = [place for place, line in enumerate(plan) if "CTE Scan on touches" in line]
    assert len(reads) == 3
    for place in reads:
        assert not [line for line in above(plan, place) if "Nested Loop" in line or "SubPlan" in line]


def above(plan: list[str], place: int) -> list[str]:
    """The nodes of a plan that a line stands under."""
    found, depth = [], len(plan[place]) - len(plan[place].lstrip())
    for line in reversed(plan[:place]):
        indent = len(line) - len(line.lstrip())
        if indent < depth:
            found.append(line)
            depth = indent
    return found
