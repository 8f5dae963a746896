"""Processes: restarted when they die, ended in order, never left behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import fleet, processes
from launcher.console import Stop
from launcher.processes import Program, Records

ROOT = Path(__file__).resolve().parent.parent.parent


def program(tmp_path, *argv, name="nap"):
    return Program(name, argv or ("sleep", "60"), tmp_path / "log" / f"{name}.log", os.environ)


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_killed_is_started_again_and_said(tmp_path, capsys):
    with fleet.Fleet(tmp_path) as running:
        child = running.start(program(tmp_path))
        killed = child.process.pid
        child.started_at -= fleet.STEADY_SECONDS + 1
        os.kill(killed, signal.SIGKILL)
        child.process.wait()

        running.mend()

        assert child.is_running()
        assert child.process.pid != killed
        assert json.loads((tmp_path / "pids.json").read_text())["nap"][0] == child.process.pid
    assert "nap ended (killed by SIGKILL): starting it again." in capsys.readouterr().out
    assert not child.is_running()


def test_what_dies_at_once_is_started_ever_more_slowly(tmp_path):
    with fleet.Fleet(tmp_path) as running:
        child = running.start(program(tmp_path, "false"))
        child.process.wait()
        running.mend()

        assert not child.is_running()
        assert child.quick_deaths == 1
    pauses = [fleet.pause_before_restart(deaths) for deaths in range(12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[1], pauses[-1]) == (0, 0.5, fleet.LONGEST_PAUSE)


def test_what_ends_while_starting_shows_the_end_of_its_log(tmp_path):
    with fleet.Fleet(tmp_path) as running:
        child = running.start(program(tmp_path, "sh", "-c", "echo no such table; exit 3"))
        child.process.wait()

        with pytest.raises(Stop, match=r"(?s)nap ended while starting \(exit 3\)\. The end of .*no such table"):
            running.check()


def test_higher_ranks_end_before_the_lower_ones_they_need(tmp_path):
    script = 'trap \'echo "$0" >> ended; exit\' TERM; touch "up-$0"; while :; do sleep 0.02; done'
    with fleet.Fleet(tmp_path) as running, contextlib.chdir(tmp_path):
        for name, rank in (("database", 0), ("web", 1)):
            argv = ("sh", "-c", f"cd {tmp_path}; {script}", name)
            running.start(program(tmp_path, *argv, name=name), rank=rank)
        wait_until(lambda: (tmp_path / "up-web").exists() and (tmp_path / "up-database").exists())

    assert (tmp_path / "ended").read_text().split() == ["web", "database"]


def test_what_does_not_end_when_asked_is_killed(tmp_path):
    stubborn = Program(
        "stubborn", ("sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done"), tmp_path / "log", os.environ
    )
    impatient = Program(**{**stubborn.__dict__, "patience": 0.1})
    with fleet.Fleet(tmp_path) as running:
        child = running.start(impatient)
        wait_until(lambda: "up" in (tmp_path / "log").read_text())

    assert child.ended() == "killed by SIGKILL"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends what is left")
def test_children_die_with_a_killed_supervisor(tmp_path):
    code = (
        "import os, signal, sys; from pathlib import Path; from launcher.processes import Program;"
        "child = Program('nap', ('sleep', '60'), Path(sys.argv[1]), os.environ).spawn();"
        "print(child.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, tmp_path / "log"], cwd=ROOT, capture_output=True, text=True)

    wait_until(lambda: processes.birth(int(killed.stdout)) is None)
    assert killed.returncode == -signal.SIGKILL


def test_the_next_run_ends_what_an_earlier_one_left(tmp_path):
    nap = program(tmp_path)
    left = nap.spawn()
    Records(tmp_path / "pids.json").remember(nap, left.pid)

    Records(tmp_path / "pids.json").end_leftovers()

    assert left.wait() == -signal.SIGTERM
    assert not (tmp_path / "pids.json").exists()


def test_a_number_that_is_another_process_by_now_is_left_alone(tmp_path):
    other = program(tmp_path).spawn()
    (tmp_path / "pids.json").write_text(json.dumps({"nap": [other.pid, "some other time", 15]}))

    Records(tmp_path / "pids.json").end_leftovers()

    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_program_that_fails_says_so_with_the_end_of_its_log(tmp_path):
    argv = ["sh", "-c", "seq 30; exit 2"]

    with pytest.raises(Stop) as stop:
        processes.run_logged(argv, "Counting", log=tmp_path / "count.log", env=os.environ)

    lines = str(stop.value).splitlines()
    assert lines[0].startswith("Counting failed (exit 2). The end of ")
    assert [line.strip() for line in lines[1:]] == [str(number) for number in range(11, 31)]


@pytest.mark.parametrize(
    ("returncode", "words"), [(0, "exit 0"), (3, "exit 3"), (-9, "killed by SIGKILL"), (-99, "killed by signal 99")]
)
def test_how_it_ended(returncode, words):
    assert processes.how_it_ended(returncode) == words


def test_a_process_is_known_by_number_and_time_of_birth():
    with subprocess.Popen(["sleep", "60"]) as younger:  # than our own, which has loaded the suite
        assert processes.birth(os.getpid()) == processes.birth(os.getpid()) != processes.birth(younger.pid)
        younger.kill()
    assert "python" in processes.command_of(os.getpid())
    assert processes.birth(2**22 + 1) is None
    assert processes.command_of(2**22 + 1) == ""


@pytest.mark.parametrize(("script", "returncode"), [("exit 5", 5), ("kill -9 $$", 137)])
def test_the_exit_code_of_what_ran_in_front_is_ours(script, returncode):
    assert processes.run_in_front(["sh", "-c", script], env=os.environ) == returncode
