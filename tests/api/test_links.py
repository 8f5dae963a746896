"""Links for customers over the API: their address is told once, and what is wrong with them is named."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings

from accounts.actions import contacts as contact_actions
from expectations import actions
from expectations.models import Acknowledgement
from outbox.models import Mail
from reviews.models import ShareLink
from tests.api.conftest import Api, detail, errors, make_token
from tests.builders import NOON, make_account, make_contact, make_expectation, make_review


@pytest.fixture
def api(workspace) -> Api:
    return Api(make_token())


def test_a_link_to_acknowledge_is_made_mailed_and_told_once(api):
    one = make_expectation(wording="Backups are tested.")
    contact = make_contact(one.account, email="mei@cedar.example")
    body = {"account": one.account_id, "expectations": [one.pk], "contact": contact.pk, "days": 7}
    made = api.post("expectation-links/", body)
    shown = made.json()
    address = shown.pop("address")
    assert made.status_code == 201
    assert (shown["expectations"], shown["contact"], "days" in shown) == ([one.pk], contact.pk, False)
    assert address.startswith(f"{settings.BASE_URL}/e/")
    assert address in Mail.objects.get(to="mei@cedar.example").text
    assert api.get(f"expectation-links/{shown['id']}/").json() == shown | {"address": None}
    customer = api.client.post(urlsplit(address).path, {"name": "Mei", "objection": ""})
    assert customer.status_code == 200
    assert api.get(f"expectations/{one.pk}/").json()["acknowledged_by"] == "Mei"


def test_a_link_is_passed_on_by_whoever_made_it(api):
    one = make_expectation()
    body = {"account": one.account_id, "expectations": [one.pk]}
    first, again = (api.post("expectation-links/", body, **{"Idempotency-Key": "once"}).json() for _ in range(2))
    assert (first, Acknowledgement.objects.count(), Mail.objects.count()) == (again, 1, 0)


def test_what_cannot_be_asked_is_named(api):
    one, settled, foreign = make_expectation(), make_expectation(), make_expectation()
    actions.settle(expectation=settled, outcome="kept", evidence="x", at=NOON, by=None)
    gone = make_contact(one.account)
    contact_actions.set_left(contact=gone, has_left=True, at=NOON, by=None)
    body = {"account": one.account_id, "expectations": [one.pk]}
    for wrong, told in (
        ({"expectations": [one.pk, settled.pk, foreign.pk]}, ["expectations.1", "expectations.2"]),
        ({"expectations": []}, ["expectations"]),
        ({"days": 91}, ["days"]),
        ({"contact": make_contact(one.account, email="").pk}, ["contact"]),
        ({"contact": make_contact(foreign.account).pk}, ["contact"]),
        ({"contact": gone.pk}, ["contact"]),
    ):
        assert sorted(errors(api.post("expectation-links/", body | wrong))) == told
    assert Acknowledgement.objects.count() == 0


def test_a_promise_that_is_settled_meanwhile(api, monkeypatch):
    def settled(**_):
        raise actions.NothingToAcknowledge

    one = make_expectation()
    monkeypatch.setattr(actions, "ask", settled)
    refused = api.post("expectation-links/", {"account": one.account_id, "expectations": [one.pk]})
    assert (refused.status_code, detail(refused)) == (409, "This was kept, broken or changed before; that stands.")


def test_a_link_to_a_report_is_made_and_told_once(api):
    review = make_review(make_account("Cedar"))
    made = api.post("review-links/", {"review": review.pk, "days": 7})
    shown = made.json()
    address = shown.pop("address")
    assert (made.status_code, shown["with_internals"]) == (201, False)
    assert api.client.get(urlsplit(address).path).status_code == 200
    assert api.get(f"review-links/{shown['id']}/").json() == shown | {"address": None}
    assert list(errors(api.post("review-links/", {"review": 10**15}))) == ["review"]
    assert ShareLink.objects.count() == 1


@pytest.mark.parametrize(("path", "scope"), [("expectation-links/", "expectations"), ("review-links/", "reviews")])
def test_links_need_their_scope(workspace, path, scope):
    assert Api(make_token("read")).post(path).status_code == 403
    assert Api(make_token(f"{scope}:write")).post(path).status_code == 400
