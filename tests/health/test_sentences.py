"""What scores and alerts say, from stored numbers."""

import pytest
from django.utils import translation

from health import sentences, words
from health.parts import PARTS

NBSP = "\N{NO-BREAK SPACE}"


def usage(last, before, metric="key_actions", value=50.0):
    return {"key": "usage_trend", "value": value, "metric": metric, "last": last, "before": before}


def licence(**numbers):
    return {"key": "licence_use", "value": 50.0, "metric": "seats_used", "used": 31, "seats": 50, **numbers}


def support(**numbers):
    return {"key": "support_load", "value": 50.0, "ever": 3, "opened": 0, "waiting": 0, "reopened": 0, **numbers}


def voice(n=1):
    return {"key": "survey_voice", "value": 40.0, "n": n, "mean": 17.0, "rest": 71.0, "on": "2026-06-12"}


def engagement(days):
    return {"key": "engagement", "value": 50.0, "days": days}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (usage(1240.0, 2003.0), f"Key actions fell 38{NBSP}%: 1,240 in the last 28 days, 2,003 in the 28 before."),
        (usage(12.0, 10.0, "logins"), f"Logins rose 20{NBSP}%: 12 in the last 28 days, 10 in the 28 before."),
        (usage(10.0, 10.0, "active_users"),
         "Active user days did not change: 10 in the last 28 days, as in the 28 before."),
        (usage(10.0, 0.0), "Key actions began: 10 in the last 28 days, none in the 28 before."),
        (usage(9.0, None, value=None),
         "Usage has been read for less than 28 days: there is nothing to compare it with yet."),
        (usage(0, None, value=None), "No usage has been read in the last 56 days."),
        (licence(), f"31 of 50 seats used (62{NBSP}%), on average over 14 days."),
        (licence(metric="active_users"), f"Up to 31 people a day on 50 seats (62{NBSP}%), the most in 28 days."),
        (licence(value=None), "Neither seats used nor active users have been read in the last 28 days."),
        (licence(value=None, seats=None),
         "No contract with seats runs now, so there is nothing to measure use against."),
        (support(), "0 tickets opened in 30 days."),
        (support(opened=1, waiting=2, reopened=3),
         "1 ticket opened in 30 days, 2 open for more than 7 days, 3 reopened."),
        (support(ever=0), "This customer has never had a ticket; other customers have."),
        (support(value=None), "No ticket has ever arrived in this workspace: connect a help desk to see support load."),
        (voice(), "1 answer in the last 365 days gives 17 of 100; it came on 12 Jun 2026."
                  " Few or old answers move this part only a little away from the others (71)."),
        ({**voice(), "value": None}, "No survey answer in the last 365 days."),
        (engagement(0), "The last two-way touchpoint was on this day."),
        (engagement(1), "The last two-way touchpoint was 1 day ago."),
        (engagement(82), "The last two-way touchpoint was 82 days ago."),
        ({**engagement(0), "value": None}, "No two-way touchpoint has been logged yet."),
    ],
)  # fmt: skip
def test_parts(part, said):
    assert sentences.tell(part) == said


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"contact_name": "Mei Chen", "contact_role": "decision_maker", "value": 1, "scale_max": 5},
         "Mei Chen (decision maker) answered 1 of 5."),
        ({"contact_name": "Mei", "contact_role": "", "value": 6, "scale_max": 10, "comment": "So  so\n"},
         "Mei answered 6 of 10: “So so”"),
        ({"value": 2, "scale_max": 5, "comment": "x" * 300}, "Somebody answered 2 of 5: “" + "x" * 199 + "…”"),
    ],
)  # fmt: skip
def test_answers(about, said):
    assert sentences.answer(about) == said


def test_reasons_tell_each_weak_part_once():
    band = {"rule": "score_band", "score": 45.0, "causes": [engagement(82), voice(4)]}
    drop = {"rule": "score_drop", "score": 45.0, "from_score": 70.0, "since": "2026-06-01", "causes": [engagement(82)]}
    assert sentences.reasons([band, drop]) == [
        "The score is 45.0, below 50. The last two-way touchpoint was 82 days ago."
        " 4 answers in 365 days are worth 17 of 100.",
        "The score fell to 45.0 from 70.0 on 1 Jun 2026.",
    ]
    assert sentences.reason(drop).endswith("82 days ago.")


def test_next_steps():
    bad = {"rule": "bad_answer", "contact_name": "Mei Chen"}
    band = {"rule": "score_band", "causes": [engagement(82)]}
    assert sentences.next_step([band, bad]).startswith("Call Mei Chen")
    assert sentences.next_step([{"rule": "bad_answer"}]).startswith("Call the person who answered")
    assert sentences.next_step([band]) == sentences.part_step("engagement")
    assert sentences.next_step([]) == "Call your contact there and ask how things are going."


def test_every_part_has_its_words():
    for key in PARTS:
        assert sentences.part_step(key) != sentences.part_step("")
        assert sentences.filling(key)
        assert sentences.label(key)


def test_numbers_are_written_as_the_reader_writes_them():
    with translation.override("de"):
        assert "1.240" in sentences.tell(usage(1240.0, 2003.0))


def test_the_timeline_tells_what_health_records():
    changed = {"from_score": 71.2, "to_score": 45.0, "from_band": "healthy", "to_band": "at_risk"}
    driver = {"rule": "bad_answer", "contact_name": "Mei", "value": 1, "scale_max": 5}
    assert words.health_changed(changed) == "Health: Healthy → At risk (71 → 45)"
    assert words.alert_opened({"rule": "bad_answer", "driver": driver}) == "Alert: Mei answered 1 of 5."
    assert words.alert_opened({"rule": "gone_rule"}) == "Alert: gone_rule"
    assert words.alert_closed({"rule": "score_band", "how": "resolved"}) == "Alert resolved: Score at risk"
    assert words.alert_closed({"rule": "score_band", "how": "recovered"}) == "Alert over: Score at risk"
    assert words.alert_acknowledged({"rule": "score_drop"}) == "Alert acknowledged: Score fell"
    said = words.alert_snoozed({"rule": "score_drop", "until": "2026-06-20", "reason": "Away"})
    assert said == "Alert put off until 20 Jun 2026: Away"
