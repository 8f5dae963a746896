"""What alerts say, from stored numbers."""

from alerts import sentences, words
from health.sentences import part_step
from tests.health.given import engagement, part


def test_reasons_tell_each_weak_part_once():
    voice = part("relationships", 17, 2, sentiment={"n": 4, "mean": 17, "on": "2026-06-12"})
    silence, old = engagement(50, 5, 82), {"key": "survey_voice", "value": 9.0}  # of before there were eight
    band = {"rule": "score_band", "score": 45.0, "causes": [silence, voice, old]}
    drop = {"rule": "score_drop", "score": 45.0, "from_score": 70.0, "since": "2026-06-01", "causes": [silence]}
    assert sentences.reasons([band, drop]) == [
        "The score is 45.0, below 50. Communication and engagement: The last two-way touchpoint was 82 days ago."
        " Relationships: 4 answers in the last 365 days give 17 of 100, newer ones counting more;"
        " the last came on 12 Jun 2026.",
        "The score fell to 45.0 from 70.0 on 1 Jun 2026.",
    ]
    assert sentences.reason(drop).endswith("82 days ago.")


def test_next_steps():
    bad = {"rule": "bad_answer", "contact_name": "Mei Chen"}
    band = {"rule": "score_band", "causes": [engagement(50, 5, 82)]}
    assert sentences.next_step([band, bad]).startswith("Call Mei Chen")
    assert sentences.next_step([{"rule": "bad_answer"}]).startswith("Call the person who answered")
    assert sentences.next_step([band]) == "Call them: it has been a while."
    assert sentences.next_step([{"rule": "score_band", "causes": [{"key": "engagement"}]}]) == part_step("engagement")
    assert sentences.next_step([]) == "Call your contact there and ask how things are going."


def test_the_timeline_tells_of_alerts():
    driver = {"rule": "bad_answer", "contact_name": "Mei", "value": 1, "scale_max": 5}
    assert words.alert_opened({"rule": "bad_answer", "driver": driver}) == "Alert: Mei answered 1 of 5."
    assert words.alert_opened({"rule": "gone_rule"}) == "Alert: gone_rule"
    assert words.alert_closed({"rule": "score_band", "how": "resolved"}) == "Alert resolved: Score at risk"
    assert words.alert_closed({"rule": "score_band", "how": "recovered"}) == "Alert over: Score at risk"
    assert words.alert_acknowledged({"rule": "score_drop"}) == "Alert acknowledged: Score fell"
    said = words.alert_snoozed({"rule": "score_drop", "until": "2026-06-20", "reason": "Away"})
    assert said == "Alert put off until 20 Jun 2026: Away"
