from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.actions.facts import record_fact
from accounts.models import Account, Fact
from accounts.stages import Stage
from journeys import actions
from journeys.actions import plays, tasks
from journeys.models import Play, StageMove, Task
from tests.builders import NOON, make_account, make_play, make_playbook, make_workspace
from workspaces import tenancy

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("committed")]


def together(workspace_id, jobs):
    """Run `jobs` at the same moment, each in its own connection and transaction."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(timeout=20)
            with tenancy.entered(workspace_id):
                return job()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_parallel_causes_of_disappointment_give_one_move(committed):
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        account = make_account(stage=Stage.USE)
        alerts = [
            record_fact(account=account, kind="alert.opened", at=NOON, alert_id=number, rule="score_band")
            for number in range(6)
        ]
    results = together(
        workspace.pk, [lambda fact=fact: actions.note_alert_opened(opened=fact, at=NOON) for fact in alerts]
    )
    assert results == [None] * 6
    with tenancy.entered(workspace.pk):
        assert StageMove.objects.count() == 1
        assert Fact.objects.filter(kind="stage.entered").count() == 1
        assert Account.objects.get().stage == Stage.DISAPPOINTMENT


def test_parallel_moves_follow_one_another(committed):
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        account = make_account(stage=Stage.USE)
    wanted = [Stage.LOYALTY, Stage.ADVOCACY, Stage.CHURN, Stage.DELIVERY, Stage.CHURN]

    def move(stage):
        own_copy = Account.objects.get(pk=account.pk)
        return actions.move_stage(account=own_copy, to_stage=stage, reason="Because", at=NOON, by=None)

    results = together(workspace.pk, [lambda stage=stage: move(stage) for stage in wanted])
    assert {type(result) for result in results} <= {StageMove, actions.AlreadyThere}
    with tenancy.entered(workspace.pk):
        path = list(StageMove.objects.order_by("pk"))
        assert [one.from_stage for one in path] == [Stage.USE, *[one.to_stage for one in path]][: len(path)]
        assert Account.objects.get().stage == path[-1].to_stage


def test_of_parallel_starts_of_a_playbook_one_runs(committed):
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        account, playbook = make_account(), make_playbook()

    def start():
        return plays.start_playbook(playbook=playbook, account=account, at=NOON, by=None)

    results = together(workspace.pk, [start] * 5)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyRunning"] * 4 + ["Play"]
    with tenancy.entered(workspace.pk):
        assert (Play.objects.count(), Task.objects.count()) == (1, 2)


def test_the_last_two_tasks_done_at_once_end_their_playbook_once(committed):
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        steps = list(make_play().tasks.all())
    results = together(workspace.pk, [lambda one=one: tasks.finish_task(task=one, at=NOON, by=None) for one in steps])
    assert {type(result) for result in results} == {Task}
    with tenancy.entered(workspace.pk):
        assert Play.objects.get().ended_how == Play.Ended.FINISHED
        assert Fact.objects.filter(kind="playbook.ended").count() == 1
