"""The customer's page in a real browser: whoever they are, it can be used; and no machine answers by looking."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache

from lib.time import now
from outbox.models import Mail
from surveys.actions import looks, sending
from surveys.models import Answer, Invitation, Question
from surveys.pictures import read
from surveys.tokens import token_of
from tests.builders import make_account, make_contact, make_workspace, survey_of
from tests.surveys.drawings import png
from workspaces import tenancy

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
READING = timedelta(seconds=2.2)  # a person takes longer than this


@pytest.fixture
def site(base_url):
    cache.clear()
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        looks.change_look(changes={"asks_referral": True, "accent": "#0b6e4f"}, at=now(), by=None)
        looks.set_logo(picture=read(png(300, 60)), at=now(), by=None)
    return {"url": base_url, "workspace": workspace}


@pytest.fixture
def quiet(chromium):
    """A phone without scripts: what it asked for is in `.asked`."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.asked = []
    page.on("response", lambda response: page.asked.append(response))
    yield page
    assert context.cookies() == []
    context.close()


@pytest.fixture
def judge(chromium):
    """A page on which axe may run."""
    context = chromium.new_context(bypass_csp=True, viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


def invite(site, metric: str = "nps", locale: str = "") -> Invitation:
    with tenancy.entered(site["workspace"].pk):
        contact = make_contact(make_account(), name="Mei Chen", locale=locale)
        invitation = Invitation.objects.create(
            survey=survey_of(metric),
            metric=metric,
            account=contact.account,
            contact=contact,
            locale=locale,
            created_at=now(),
            send_at=now(),
            expires_at=now() + timedelta(days=14),
        )
        sending.send_due(at=now())
        return invitation


def address(site, invitation: Invitation, rest: str = "") -> str:
    return f"{site['url']}/s/{token_of(invitation)}/{rest}"


def answers(site) -> list[tuple[int, str, bool]]:
    with tenancy.entered(site["workspace"].pk):
        return [(one.value, one.comment, one.is_counted) for one in Answer.objects.order_by("pk")]


def violations(page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


# ------------------------------------------------------------------ everybody can use it


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en", "zh-hans", "zh-hant"])
def test_no_page_breaks_a_rule_of_accessibility(site, judge, scheme, locale):
    judge.emulate_media(color_scheme=scheme)
    with tenancy.entered(site["workspace"].pk):
        for place, kind in enumerate(Question.Kind.values):
            Question.objects.create(
                survey=survey_of("nps"), place=place, kind=kind, wording="Which?", choices=["A", "B"], created_at=now()
            )
    for metric, score in [("csat", "2"), ("ces", "4"), ("nps", "0"), ("nps", "10")]:
        invitation = invite(site, metric, locale)
        for rest in ["", f"?score={score}", "unsubscribe/", "about/"]:
            judge.goto(address(site, invitation, rest))
            assert violations(judge) == [], (metric, rest)
            assert overflow(judge) <= 0, (metric, rest)
        judge.goto(address(site, invitation))
        judge.locator("form button[type=submit]").first.click()
        judge.wait_for_function("document.activeElement.name === 'score'")  # given a frame later than the page
        assert violations(judge) == [], (metric, "error")
        judge.locator(f"input[name=score][value='{score}']").check()
        judge.locator("form button[type=submit]").first.click()
        assert judge.url.endswith("/thanks/")
        assert judge.get_by_role("status").count() == 1
        assert violations(judge) == [], (metric, "thanks")
        assert overflow(judge) <= 0, (metric, "thanks")
        judge.locator("section form button[type=submit]").last.click()
        assert violations(judge) == [], (metric, "after the thanks")


@pytest.mark.parametrize("locale", ["en", "zh-hans", "zh-hant"])
def test_the_mail_breaks_no_rule_and_fits_a_phone(site, judge, locale):
    for metric in ("csat", "ces", "nps"):
        invite(site, metric, locale)
    with tenancy.entered(site["workspace"].pk):
        mails = [mail.whole_html for mail in Mail.objects.order_by("pk")]
    for html in mails:
        for scheme in ("light", "dark"):
            judge.emulate_media(color_scheme=scheme)
            judge.set_content(html)
            # The link that only machines find is hidden from everybody else.
            found = [one for one in violations(judge) if not one.startswith(("region", "landmark"))]
            assert found == [], scheme
            assert overflow(judge) <= 0
            assert judge.locator("a.score").evaluate_all("all => Math.min(...all.map(a => a.offsetHeight))") >= 40


def test_the_keyboard_is_enough(site, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(site, invite(site)) + "?score=3")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("It took three weeks.")
    page.keyboard.press("Tab")
    page.wait_for_timeout(READING.total_seconds() * 1000)
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks/")
    assert answers(site) == [(4, "It took three weeks.", True)]
    context.close()


def test_the_page_is_light_and_asks_nobody_else(site, quiet):
    quiet.goto(address(site, invite(site, locale="zh-hant")) + "?score=7")
    bodies = {one.url: len(one.body()) for one in quiet.asked}
    assert all(url.startswith(site["url"]) for url in bodies)
    assert len(bodies) == 4  # the page, its style, the workspace's colour and logo
    assert sum(bodies.values()) < 30_000
    assert not any("script" in one.headers.get("content-type", "") for one in quiet.asked)


def test_a_person_changes_language_and_keeps_their_choice(site, quiet):
    quiet.goto(address(site, invite(site)) + "?score=9")
    quiet.get_by_role("link", name="繁體中文").click()
    assert quiet.locator("html").get_attribute("lang") == "zh-hant"
    assert quiet.locator("input[value='9']").is_checked()
    quiet.wait_for_timeout(READING.total_seconds() * 1000)
    quiet.get_by_role("button", name="送出").click()
    assert quiet.get_by_role("heading", name="謝謝您").is_visible()
    assert answers(site) == [(9, "", True)]


# ------------------------------------------------------------------ machines


def links_of(site) -> list[str]:
    """Every address of the last mail, in its HTML and its text."""
    import re

    with tenancy.entered(site["workspace"].pk):
        mail = Mail.objects.select_related("sheet").order_by("-pk")[0]
    found = re.findall(r'href="([^"]+)"', mail.whole_html) + re.findall(r"https?://\S+", mail.whole_text)
    return sorted({link for link in found if "/s/" in link})


def test_robots_that_fetch_prefetch_and_preview_answer_nothing(site, page):
    invite(site)
    for link in links_of(site):
        for method in ("GET", "HEAD", "OPTIONS"):
            for headers in ({}, {"Sec-Purpose": "prefetch;prerender"}, {"User-Agent": "Mozilla/5.0 SafeLinks"}):
                assert page.request.fetch(link, method=method, headers=headers).status < 500
    assert answers(site) == []


def test_a_robot_that_runs_scripts_for_half_a_minute_and_clicks_every_link_answers_nothing(site, chromium):
    invite(site)
    context = chromium.new_context()
    pages = []
    for link in links_of(site):
        pages.append(context.new_page())
        pages[-1].goto(link)
    pages[0].wait_for_timeout(30_000)
    assert answers(site) == []
    seen: set[str] = set()
    for page in pages:
        for href in page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
            if href not in seen:
                seen.add(href)
                page.request.get(href)
                page.request.head(href)
    assert answers(site) == []
    with tenancy.entered(site["workspace"].pk):
        assert not Invitation.objects.filter(contact__opted_out_at__isnull=False).exists()
    context.close()


def test_a_robot_that_presses_the_button_is_not_counted(site, chromium):
    """Rare, but seen: the page is rendered and its form sent."""
    invitation = invite(site)
    context = chromium.new_context()
    page = context.new_page()
    for link in links_of(site):
        page.goto(link)
        for button in page.locator("form[action*='/s/'] button[type=submit]").all()[:1]:
            if "unsubscribe" not in page.url:
                button.click()
    assert [is_counted for *_, is_counted in answers(site)] == [False]
    page.goto(address(site, invitation, "thanks/"))
    page.get_by_role("button", name="Yes, this is my answer").click()
    assert [is_counted for *_, is_counted in answers(site)] == [False]
    page.wait_for_timeout(READING.total_seconds() * 1000)
    page.get_by_role("button", name="Yes, this is my answer").click()
    assert [is_counted for *_, is_counted in answers(site)] == [True]
    context.close()
