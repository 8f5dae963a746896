"""After the answer: what follows the score, what may be wished for, and whether it was a person."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as NoCache

from accounts.models import Fact
from journeys.models import Task
from surveys import suspicion
from surveys.actions import looks
from surveys.models import Answer, Invitation, Question, Wish
from surveys.tokens import token_of
from tests.builders import NOON, TODAY, make_account, make_answer, make_contact, make_member, make_survey_invitation
from workspaces.capabilities import Role

pytestmark = pytest.mark.usefixtures("noon")


def url_of(invitation: Invitation, name: str = "thanks") -> str:
    return reverse(f"surveys:{name}", args=[token_of(invitation)])


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def nps(workspace):
    return make_survey_invitation(make_contact(make_account("Globex"), name="Hank"), metric="nps")


def ask(invitation: Invitation, wording: str, kind: str = "text", **fields) -> Question:
    fields = {"place": 1, "created_at": NOON, **fields}
    return Question.objects.create(survey=invitation.survey, wording=wording, kind=kind, **fields)


CALL = {
    "kind": "single",
    "choices": ["Yes", "No"],
    "translations": {"zh-hant": {"wording": "可以打電話給您嗎？", "choices": ["可以", "不用了"]}},
}


def page(visitor: Client, invitation: Invitation) -> str:
    return visitor.get(url_of(invitation)).content.decode()


# ------------------------------------------------------------------ what follows the score


@pytest.mark.parametrize(
    ("language", "asked", "choice"),
    [
        ("zh-hant", "<span>可以打電話給您嗎？</span>", "<span>不用了</span>"),
        ("zh-hans", '<span lang="en">May we call?</span>', '<span lang="en">No</span>'),
        ("en", "<span>May we call?</span>", "<span>No</span>"),
    ],
)
def test_a_question_is_read_in_the_readers_language_or_its_first(nps, visitor, language, asked, choice):
    call = ask(nps, "May we call?", **CALL)
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    html = visitor.get(url_of(nps), {"lang": language}).content.decode()
    assert (asked in html, choice in html) == (True, True)
    visitor.post(f"{url_of(nps)}?lang={language}", {f"reply_{call.pk}": "No"})
    assert Answer.objects.get().replies == {str(call.pk): "No"}  # whatever was read, replies can be counted together
    html = visitor.get(url_of(nps), {"lang": "zh-hant"}).content.decode()
    assert 'value="No" checked> <span>不用了</span>' in html


def test_the_contacts_language_decides_before_the_browsers(nps, visitor):
    ask(nps, "May we call?", **CALL)
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    assert "可以打電話給您嗎？" in visitor.get(url_of(nps), headers={"accept-language": "zh-TW"}).content.decode()
    nps.contact.locale = "en"
    nps.contact.save(update_fields=["locale"])
    assert "May we call?" in visitor.get(url_of(nps), headers={"accept-language": "zh-TW"}).content.decode()


def test_questions_follow_the_score_they_are_meant_for(nps, visitor):
    ask(nps, "What went wrong?", asked_to=6)
    ask(nps, "What is missing?", asked_from=7, asked_to=8)
    ask(nps, "Anything else?", place=2)
    for score, expected in [(6, ["What went wrong?"]), (7, ["What is missing?"]), (9, [])]:
        visitor.post(url_of(nps, "respond"), {"score": str(score)})
        html = page(visitor, nps)
        asked = [wording for wording in ("What went wrong?", "What is missing?") if wording in html]
        assert asked == expected
        assert "Anything else?" in html


def test_replies_are_kept_with_the_questions_they_are_to(nps, visitor):
    free = ask(nps, "What went wrong?")
    one = ask(nps, "What matters most?", "single", choices=["Speed", "Price"], place=2)
    many = ask(nps, "What is good?", "multiple", choices=["People", "Reports", "=1+1"], place=3)
    visitor.post(url_of(nps, "respond"), {"score": "3", "comment": "Slow"})
    said = {f"reply_{free.pk}": " <b>\x0b", f"reply_{one.pk}": "Price", f"reply_{many.pk}": ["=1+1", "People"]}
    response = visitor.post(url_of(nps), said)
    assert (response.status_code, response.headers["Location"]) == (303, url_of(nps) + "?done=replies")
    given = Answer.objects.get()
    assert (given.value, given.comment) == (3, "Slow")
    assert given.replies[str(free.pk)] == " <b>\x0b"
    assert given.replies[str(one.pk)] == "Price"
    assert sorted(given.replies[str(many.pk)]) == ["=1+1", "People"]
    html = visitor.get(response.headers["Location"]).content.decode()
    assert "Your replies are saved, too." in html
    assert "\n &lt;b&gt;\x0b</textarea>" in html
    assert 'value="Price" checked' in html
    visitor.post(url_of(nps, "respond"), {"score": "2", "comment": "Slow"})
    assert Answer.objects.get().replies[str(one.pk)] == "Price"


def test_a_reply_that_was_not_offered_is_refused_and_the_rest_is_kept(nps, visitor):
    free, one = ask(nps, "Why?"), ask(nps, "Which?", "single", choices=["A", "B"], place=2)
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    response = visitor.post(url_of(nps), {f"reply_{free.pk}": "Because", f"reply_{one.pk}": "C"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Please choose from the list." in html
    assert "Because</textarea>" in html
    assert visitor.post(url_of(nps), {f"reply_{free.pk}": "x" * 10_001}).status_code == 422
    assert Answer.objects.get().replies == {}


def test_questions_are_not_asked_when_the_time_is_over(nps, visitor, noon):
    ask(nps, "Why?")
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    noon.move_to(nps.expires_at)
    assert "Why?" not in page(visitor, nps)
    assert visitor.post(url_of(nps), {}).status_code == 404


# ------------------------------------------------------------------ wishes


@pytest.mark.parametrize(
    ("score", "is_offered", "is_asked"), [(0, True, False), (6, True, False), (8, False, False), (9, False, True)]
)
def test_a_call_is_offered_after_a_bad_answer_and_a_referral_asked_after_a_good_one(
    nps, visitor, score, is_offered, is_asked
):
    looks.change_look(changes={"asks_referral": True, "review_url": "https://r.example/"}, at=NOON, by=None)
    visitor.post(url_of(nps, "respond"), {"score": str(score)})
    html = page(visitor, nps)
    assert ("May we call you?" in html) is is_offered
    assert ("Do you know somebody we could help?" in html) is is_asked
    assert 'href="https://r.example/"' in html


def test_who_does_not_want_this_does_not_get_it(nps, visitor):
    looks.change_look(changes={"offers_call": False}, at=NOON, by=None)
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    html = page(visitor, nps)
    assert "May we call you?" not in html
    assert "public" not in html
    assert visitor.post(url_of(nps, "call"), {"reach": "+49 30 1234"}).status_code == 404
    assert visitor.post(url_of(nps, "refer"), {"name": "A", "reach": "a@b.example"}).status_code == 404
    assert not Wish.objects.exists()


def test_a_wish_to_be_called_reaches_the_owner_once(nps, visitor):
    owner = make_member()
    type(nps.account).objects.update(owner=owner)
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    for words in ("tomorrow", "on Friday"):
        response = visitor.post(url_of(nps, "call"), {"reach": "+49 30 123456", "words": words})
        assert response.headers["Location"] == url_of(nps) + "?done=call"
    wish = Wish.objects.get()
    assert (wish.kind, wish.reach, wish.words) == ("call", "+49 30 123456", "on Friday")
    task = Task.objects.get()
    assert task.text == "Call Hank, who asked for it after answering 3 of 10"
    assert (task.assignee, task.due_on) == (owner, TODAY + timedelta(days=1))
    fact = Fact.objects.get(kind="survey.call_wished")
    assert "123456" not in str(fact.data)
    nps.contact.refresh_from_db()
    assert nps.contact.phone == "+49 30 123456"
    assert "We will call +49 30 123456. You can correct it here." in page(visitor, nps)
    panel = sign_in(Role.CSM).get(f"/accounts/{nps.account_id}/answers/").content.decode()
    assert "Hank: Wants to be called · +49 30 123456 · “on Friday”" in panel


@pytest.mark.parametrize("reach", ["", "call me", "1234", "+49 30 1234\r\nBcc: x", "<script>12345"])
def test_what_is_no_number_is_named_and_kept(nps, visitor, reach):
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    response = visitor.post(url_of(nps, "call"), {"reach": reach, "words": "at noon"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Please give a phone number" in html
    assert 'value="at noon"' in html
    assert "<script" not in html


def test_a_referral_is_stored_for_the_owner(nps, visitor):
    looks.change_look(changes={"asks_referral": True}, at=NOON, by=None)
    visitor.post(url_of(nps, "respond"), {"score": "10"})
    kim = {"name": "Kim Berg", "reach": "kim@berg.example", "words": "They need it"}
    for data in (kim, kim | {"reach": "KIM@berg.example"}):
        assert visitor.post(url_of(nps, "refer"), data).status_code == 303
    wish = Wish.objects.get()
    assert (wish.kind, wish.name, wish.reach, wish.words) == ("referral", *kim.values())
    assert Task.objects.get().text == "Thank Hank for recommending us, and write to whom they named"
    assert "Kim" not in str(Fact.objects.get(kind="survey.referred").data)
    assert "You named Kim Berg." in page(visitor, nps)
    for number in range(9):
        visitor.post(url_of(nps, "refer"), {"name": "X", "reach": f"x{number}@berg.example"})
    assert Wish.objects.count() == 5


@pytest.mark.parametrize("reach", ["", "kim", "kim@berg.example, x@y.example", "kim@berg.example\nBcc: x@y.example"])
def test_an_address_that_is_none_is_named(nps, visitor, reach):
    looks.change_look(changes={"asks_referral": True}, at=NOON, by=None)
    visitor.post(url_of(nps, "respond"), {"score": "10"})
    response = visitor.post(url_of(nps, "refer"), {"name": "Kim", "reach": reach})
    assert response.status_code == 422
    assert not Wish.objects.exists()


def test_a_known_phone_number_is_not_written_over(nps, visitor):
    type(nps.contact).objects.filter(pk=nps.contact_id).update(phone="+49 30 1")
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    visitor.post(url_of(nps, "call"), {"reach": "+49 30 2", "words": ""})
    nps.contact.refresh_from_db()
    assert (nps.contact.phone, Wish.objects.get().reach) == ("+49 30 1", "+49 30 2")


def test_wishing_needs_a_post(nps, visitor):
    visitor.post(url_of(nps, "respond"), {"score": "3"})
    for name in ("call", "refer", "confirm"):
        assert visitor.get(url_of(nps, name)).headers["Location"] == url_of(nps)
    assert not Wish.objects.exists()


# ------------------------------------------------------------------ was it a person


def answer_as(client: Client, invitation: Invitation, **data) -> Answer:
    client.post(url_of(invitation, "respond"), {"score": "0", **data})
    return Answer.objects.get()


def test_an_answer_within_two_seconds_of_opening_waits_for_confirmation(nps, visitor, noon):
    opened = suspicion.stamp(token_of(nps), NOON)
    noon.shift(timedelta(seconds=1.9))
    given = answer_as(visitor, nps, opened=opened)
    assert (given.doubt, given.is_counted) == ("too_fast", False)
    assert not Fact.objects.filter(kind="survey.answered").exists()
    assert "Was this you?" in page(visitor, nps)


@pytest.mark.parametrize("seconds", [2, 3600])
def test_who_takes_their_time_is_believed(nps, visitor, noon, seconds):
    opened = suspicion.stamp(token_of(nps), NOON)
    noon.shift(timedelta(seconds=seconds))
    assert answer_as(visitor, nps, opened=opened).is_counted
    assert "Was this you?" not in page(visitor, nps)


@pytest.mark.parametrize("opened", ["", "1", "1.x", "x.y", "1780000000000.0123456789abcdef0123"])
def test_a_stamp_that_is_not_ours_says_nothing(nps, visitor, opened):
    assert answer_as(visitor, nps, opened=opened).is_counted


def test_whoever_follows_the_hidden_link_is_doubted_and_nobody_else(nps, visitor):
    robot = {"User-Agent": "Scanner"}
    assert visitor.get(url_of(nps, "hidden"), headers=robot).status_code == 404
    visitor.post(url_of(nps, "respond"), {"score": "0"}, headers=robot)
    assert Answer.objects.get().doubt == "hidden_link"
    visitor.post(url_of(nps, "respond"), {"score": "9"}, headers={"User-Agent": "Firefox"})
    given = Answer.objects.get()
    assert (given.value, given.is_counted) == (9, True)


def test_whoever_opens_three_numbers_within_a_minute_is_doubted(nps, visitor, noon):
    for score in ("0", "1"):
        visitor.get(url_of(nps, "respond") + f"?score={score}")
    noon.shift(timedelta(seconds=61))
    visitor.get(url_of(nps, "respond") + "?score=2")
    assert suspicion.doubt(_request(nps), token_of(nps), NOON + timedelta(seconds=61)) == ""
    for score in ("3", "4"):
        visitor.get(url_of(nps, "respond") + f"?score={score}")
    assert answer_as(visitor, nps).doubt == "many_links"


def test_whoever_writes_words_is_a_person_unless_they_fill_in_everything(nps, visitor):
    for score in ("0", "1", "2", "3"):  # a scanner, a second before its person
        visitor.get(url_of(nps, "respond") + f"?score={score}")
    assert visitor.get(url_of(nps, "hidden")).status_code == 404
    assert answer_as(visitor, nps, comment="Nobody called back.").is_counted


def test_a_robot_that_fills_in_everything_is_doubted(nps, visitor):
    assert answer_as(visitor, nps, comment="Buy this", website="https://buy.example").doubt == "hidden_field"


def _request(invitation: Invitation):
    from django.test import RequestFactory

    return RequestFactory().post(url_of(invitation, "respond"))


def test_a_field_that_people_do_not_see_gives_a_robot_away(nps, visitor):
    assert answer_as(visitor, nps, website="https://buy.example").doubt == "hidden_field"


def test_one_client_behind_a_proxy_is_not_another(nps, visitor, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    visitor.get(url_of(nps, "hidden"), headers={"X-Forwarded-For": "203.0.113.9"})
    visitor.post(url_of(nps, "respond"), {"score": "1"}, headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    assert Answer.objects.get().is_counted


def test_without_a_cache_there_is_a_hint_less(nps, visitor, monkeypatch):
    def broken(*_, **__):
        raise NoCache

    for name in ("get", "set", "get_many"):
        monkeypatch.setattr(suspicion.cache, name, broken)
    assert visitor.get(url_of(nps, "respond") + "?score=3").status_code == 200
    assert visitor.get(url_of(nps, "hidden")).status_code == 404
    assert answer_as(visitor, nps).is_counted


def test_the_person_confirms_their_own_answer(nps, visitor, noon, run):
    answer_as(visitor, nps, website="x")
    opened = suspicion.stamp(token_of(nps), NOON)
    assert visitor.post(url_of(nps, "confirm"), {"opened": opened}).status_code == 303
    assert not Answer.objects.get().is_counted
    noon.shift(timedelta(seconds=5))
    assert visitor.post(url_of(nps, "confirm"), {"opened": opened}).headers["Location"] == url_of(nps)
    given = Answer.objects.get()
    assert (given.is_counted, given.cleared_by) == (True, None)
    run(NOON + timedelta(seconds=5))
    assert Fact.objects.filter(kind="survey.answered").count() == 1
    assert visitor.post(url_of(nps, "confirm"), {}).status_code == 303


# ------------------------------------------------------------------ the page where members decide

DOUBTS = "/surveys/doubtful/"


def sign_in(role: str) -> Client:
    client = Client()
    client.force_login(make_member(role).user)
    return client


def test_members_see_what_is_doubted_and_why_and_clear_it(nps, visitor):
    client = sign_in(Role.CSM)
    assert "Nothing to confirm" in client.get(DOUBTS).content.decode()
    given = answer_as(visitor, nps, website="x", comment="<b>hm</b>")
    html = client.get(DOUBTS).content.decode()
    assert "A field that people cannot see was filled in" in html
    assert "&lt;b&gt;hm&lt;/b&gt;" in html
    assert client.post(f"{DOUBTS}{given.pk}/clear/").headers["Location"] == DOUBTS
    assert client.post(f"{DOUBTS}{given.pk}/clear/").status_code == 302
    given.refresh_from_db()
    assert given.is_counted
    assert given.cleared_by is not None
    assert "Nothing to confirm" in client.get(DOUBTS).content.decode()


def test_a_viewer_reads_only(nps, visitor):
    given = answer_as(visitor, nps, website="x")
    client = sign_in(Role.VIEWER)
    assert "It counts" not in client.get(DOUBTS).content.decode()
    assert client.post(f"{DOUBTS}{given.pk}/clear/").status_code == 403


def test_the_list_asks_the_same_number_of_questions_at_any_length(workspace, django_assert_num_queries):
    client = sign_in(Role.CSM)
    make_answer(1, doubt="too_fast")
    client.get(DOUBTS)
    with django_assert_num_queries(10) as one:
        client.get(DOUBTS)
    for _ in range(3):
        make_answer(1, doubt="hidden_link")
    with django_assert_num_queries(len(one)):
        client.get(DOUBTS)
