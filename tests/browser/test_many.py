"""What only a browser shows of changing many accounts, and of the search box that suggests."""

import pytest

from accounts.models import Account, AccountTag
from tests.browser.test_pages import sign_in
from tests.builders import make_account, make_contact, make_member, make_user, make_workspace
from workspaces import tenancy
from workspaces.capabilities import Role

pytestmark = pytest.mark.browser

CHOSEN = ["Alder Works", "Cedar Works"]


@pytest.fixture
def site(base_url):
    """A workspace with an administrator and four accounts."""
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        member = make_member(Role.ADMIN, make_user("admin@vendor.example"))
        for name in ("Alder Works", "Birch Works", "Cedar Works", "Dogwood Works"):
            make_account(name, owner=member)
        make_contact(Account.objects.get(name="Cedar Works"), name="Mei Chen", email="mei@cedar.example")
    return {"url": base_url, "workspace": workspace}


def tagged(site) -> list[str]:
    with tenancy.entered(site["workspace"].pk):
        return sorted(AccountTag.objects.values_list("account__name", flat=True))


def test_some_accounts_are_chosen_previewed_changed_and_changed_back(site, page):
    sign_in(page, site["url"])
    page.goto(site["url"] + "/accounts/")
    for name in CHOSEN:
        page.get_by_label(f"Choose {name}", exact=True).press("Space")
    assert page.locator("[data-picked]").inner_text() == "2"
    page.get_by_role("button", name="Change the chosen").press("Enter")
    page.get_by_role("link", name="Add a tag").press("Enter")
    page.get_by_label("Tag", exact=True).fill("Autumn")
    page.keyboard.press("Enter")
    page.locator("#preview").wait_for()
    assert page.locator("#preview [data-row-link]").all_inner_texts() == CHOSEN
    assert tagged(site) == []
    page.get_by_role("button", name="Change 2 accounts").press("Enter")
    page.get_by_text("Done", exact=True).wait_for()
    assert tagged(site) == CHOSEN
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_text("Undone", exact=True).wait_for()
    assert tagged(site) == []
    assert page.locator("[data-row-link]").all_inner_texts() == CHOSEN
    assert page.complaints == []


def test_the_whole_page_is_chosen_with_one_box(site, page):
    sign_in(page, site["url"])
    page.goto(site["url"] + "/accounts/")
    page.get_by_label("This page").press("Space")
    assert page.locator("[data-row-pick]:checked").count() == 4
    page.get_by_label("Choose Birch Works", exact=True).press("Space")
    assert page.locator("[data-picked]").inner_text() == "3"
    assert page.get_by_label("This page").evaluate("box => box.indeterminate")


def suggestions(page):
    return page.locator("#suggestions [role=option]")


def test_the_search_box_suggests_and_the_keyboard_chooses(site, page):
    sign_in(page, site["url"])
    page.keyboard.press("/")
    page.keyboard.type("cedar")
    box = page.locator("#search-box")
    suggestions(page).first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#suggestions [aria-selected=true]")
    assert "Cedar Works" in chosen.inner_text()
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert "Mei Chen" in chosen.inner_text()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/*/")
    assert page.locator("h1").inner_text().startswith("Cedar Works")
    assert page.complaints == []


def test_escape_closes_the_suggestions_and_enter_alone_finds_everything(site, page):
    sign_in(page, site["url"])
    page.keyboard.press("/")
    page.keyboard.type("works")
    suggestions(page).first.wait_for()
    page.keyboard.press("Escape")
    suggestions(page).first.wait_for(state="hidden")
    assert page.locator("#search-box").get_attribute("aria-expanded") == "false"
    page.locator("#search-box").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=works")
    assert page.locator("main [data-row-link]").count() == 4
