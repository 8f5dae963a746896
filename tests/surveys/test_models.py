"""How rows name themselves, in logs and lists."""

from surveys.models import AnswerRevision, Refusal, SurveySettings, Wave
from tests.builders import make_answer


def test_rows_name_themselves(workspace):
    answer = make_answer(0, metric="nps")
    assert str(answer) == "nps 0/10"
    assert str(answer.invitation) == f"nps {answer.invitation.pk}"
    assert str(Wave(name="Spring")) == "Spring"
    assert str(Refusal(reason="quiet")) == "quiet"
    assert str(AnswerRevision(value=3)) == "3"
    assert [str(SurveySettings(is_on=is_on)) for is_on in (True, False)] == ["on", "off"]
