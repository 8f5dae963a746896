"""What only a browser shows: the policy holds, nothing overflows a phone, the keyboard is enough."""

from datetime import timedelta

import pytest

from lib.time import now
from surveys.actions import sending
from surveys.models import Answer, Invitation, Kind
from surveys.tokens import token_of
from tests.builders import (
    PASSWORD,
    make_account,
    make_contact,
    make_contract,
    make_member,
    make_user,
    make_workspace,
    survey_of,
)
from tests.risk.given import found, make_run
from workspaces import tenancy
from workspaces.capabilities import Role

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/accounts/",
    "/journey/",
    "/journey/playbooks/",
    "/journey/playbooks/new/",
    "/journey/tasks/",
    "/surveys/",
    "/surveys/waves/new/",
    "/reviews/",
    "/insights/",
    "/alerts/",
    "/settings/",
    "/settings/health/",
    "/settings/alerts/",
    "/settings/surveys/",
    "/settings/connections/",
    "/settings/work/",
    "/profile/",
    "/search/?q=cedar",
    "/bulk/",
    "/bulk/new/",
    "/segments/",
    "/segments/new/",
    "/insights/backtest/",
    "/insights/icp/",
    "/expectations/",
    "/imports/",
    "/imports/new/",
    "/settings/icp/",
    "/learning/",
    "/learning/new/",
    "/learning/completions/",
    "/settings/personas/",
    "/settings/fields/",
    "/settings/connections/new/",
    "/settings/unmatched/",
    "/settings/webhooks/",
    "/settings/webhooks/new/",
    "/settings/retention/",
    "/settings/erased/",
    "/settings/erase/",
    "/settings/tokens/",
    "/auth/2fa/",
]


# Every panel that loads by itself is there; waiting until the network is idle takes half a second a page.
SETTLED = "() => !document.querySelector('.htmx-request')"


@pytest.fixture
def site(base_url):
    """A workspace with an administrator and one account."""
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        member = make_member(Role.ADMIN, make_user("admin@vendor.example"))
        account = make_account("Cedar Logistics", owner=member, arr_minor=4_800_000)
        make_contract(account, seats=40)
        contact = make_contact(account, name="Mei Chen", email="mei@cedar.example", role="decision_maker")
        run = make_run(found(missed=[account]))
    return {"url": base_url, "workspace": workspace, "account": account, "contact": contact, "run": run}


def sign_in(page, url):
    page.goto(f"{url}/auth/login/")
    page.get_by_label("E-mail address").fill("admin@vendor.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{url}/")


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_every_page_keeps_to_the_policy_and_the_width(site, page):
    """Each page once: on a desk, then as on a phone that is turned to dark."""
    sign_in(page, site["url"])
    number = site["account"].pk
    of_it = ["", "touchpoints/new/", "stage/", "timeline/", "map/", "expectations/", "contacts/new/", "edit/"]
    own = [f"/accounts/{number}/{page_of_it}" for page_of_it in of_it]
    tests = [f"/insights/backtest/{site['run'].pk}/", f"/insights/backtest/{site['run'].pk}/missed/"]
    for path in [*PAGES, *own, *tests]:
        response = page.goto(site["url"] + path)
        assert response.status == 200, path
        assert "default-src 'none'" in response.headers["content-security-policy"]
        page.wait_for_function(SETTLED)
        for scheme, width in (("light", 1280), ("dark", 360)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            assert overflow(page) <= 0, f"{path} is wider than {width} px"
    assert page.complaints == []


def test_the_keyboard_is_enough(site, page):
    sign_in(page, site["url"])
    page.goto(site["url"] + "/accounts/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site['url']}/accounts/{site['account'].pk}/")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def invite(site) -> str:
    """A survey's address, sent just now."""
    with tenancy.entered(site["workspace"].pk):
        invitation = Invitation.objects.create(
            survey=survey_of("csat"),
            metric=Kind.CSAT,
            account=site["account"],
            contact=site["contact"],
            created_at=now(),
            send_at=now(),
            expires_at=now() + timedelta(days=14),
        )
        sending.send_due(at=now())
        return f"{site['url']}/s/{token_of(invitation)}/"


def answers(site) -> list[tuple[int, str]]:
    with tenancy.entered(site["workspace"].pk):
        return list(Answer.objects.values_list("value", "comment"))


def test_a_customer_answers_without_script_or_cookie(site, chromium):
    address = invite(site)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{address}?score=2")
    assert page.locator("input[type=radio][value='2']").is_checked()
    assert answers(site) == []
    page.locator("textarea").fill("Too slow.")
    page.get_by_role("button", name="Send").click()
    assert answers(site) == [(2, "Too slow.")]
    assert context.cookies() == []
    page.get_by_role("link", name="Change my answer").click()
    page.locator("input[type=radio][value='4']").check()
    page.locator("form button[type=submit]").first.click()
    assert [value for value, _ in answers(site)] == [4]
    context.close()


def test_a_scanner_that_opens_every_link_and_runs_scripts_answers_nothing(site, page):
    address = invite(site)
    for score in range(1, 6):
        page.goto(f"{address}?score={score}")
        page.wait_for_timeout(400)
    for link in page.locator("a[href]").all():
        href = link.get_attribute("href")
        if href and href.startswith("/"):
            page.request.get(site["url"] + href)
            page.request.head(site["url"] + href)
    assert answers(site) == []
    with tenancy.entered(site["workspace"].pk):
        site["contact"].refresh_from_db()
    assert not site["contact"].opted_out
