"""The account page in a browser: its panels come by themselves, keep their place, and are there without script."""

import re

import pytest

from dashboard.panels import PANELS
from tests.browser.test_pages import overflow, sign_in, site  # noqa: F401  a fixture
from tests.builders import make_answer, make_move, make_ticket, make_touchpoint
from workspaces import tenancy

pytestmark = pytest.mark.browser


@pytest.fixture
def address(site):  # noqa: F811
    """The page of an account with something in each panel."""
    with tenancy.entered(site["workspace"].pk):
        account, contact = site["account"], site["contact"]
        for number in range(12):
            make_ticket(account, subject=f"Printer {number} on fire", contact=contact)
            make_touchpoint(account, summary=f"Talk {number}")
        make_answer(1, contact, comment="Nobody called back.")
        make_move(account, "loyalty")
    return f"{site['url']}/accounts/{account.pk}/"


def loaded(page) -> None:
    from playwright.sync_api import expect  # not installed where browser tests are skipped

    expect(page.locator(".panel-waiting")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_every_panel_loads_by_itself_without_a_complaint_or_a_jump(address, page, site, scheme, width):  # noqa: F811
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, site["url"])
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((seen) => seen.getEntries().forEach((one) => (moved += one.value)))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(address)
    loaded(page)
    for key, panel in PANELS.items():
        assert page.locator(f"#{key} h2").inner_text() == panel.title
    assert page.get_by_text("Printer 11 on fire", exact=True).count() == 1
    assert overflow(page) <= 0
    assert page.complaints == []
    assert page.evaluate("moved") < 0.1  # what web.dev calls good


def test_an_anchor_stays_in_view_while_panels_above_it_come(address, page, site):  # noqa: F811
    sign_in(page, site["url"])
    page.goto(f"{address}#timeline")
    loaded(page)
    page.wait_for_timeout(200)
    assert 0 < page.evaluate("document.getElementById('timeline').getBoundingClientRect().top") < 250
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Tickets").click()
    assert page.url == f"{address}#tickets"
    page.wait_for_timeout(200)
    assert 0 < page.evaluate("document.getElementById('tickets').getBoundingClientRect().top") < 250


def test_going_back_to_a_panels_page_shows_the_page_and_not_its_fragment(address, page, site):  # noqa: F811
    sign_in(page, site["url"])
    page.goto(f"{address}panels/tickets/")
    page.goto(address)
    loaded(page)
    page.go_back()
    assert page.title() == "Tickets · Cedar Logistics · Ninefold"
    assert page.locator("h1").count() == 1


def test_without_script_every_panel_is_one_link_away(address, chromium, site):  # noqa: F811
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site["url"])
    page.goto(address)
    page.get_by_role("link", name="Show “Tickets”").click()
    assert page.get_by_text("Printer 11 on fire", exact=True).is_visible()
    page.get_by_role("link", name="In short").click()
    assert page.url == address
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Everything on one page").click()
    assert page.get_by_role("link", name=re.compile("^Show “")).count() == 0
    assert page.get_by_text("Nobody called back.").last.is_visible()
    context.close()
