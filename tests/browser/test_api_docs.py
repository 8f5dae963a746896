"""The API's description in the browser, under the policy of every other page."""

import re

import pytest

pytestmark = pytest.mark.browser


def test_the_docs_open_without_a_complaint_and_without_leaving_the_house(page, base_url):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base_url}/api/v1/docs/")
    page.locator("#operations-accounts-accounts_list .opblock-summary-control").click()
    page.get_by_text("The owner's e-mail address").wait_for()
    page.get_by_role("button", name="Authorize").first.click()
    page.get_by_role("dialog").or_(page.locator(".dialog-ux")).first.wait_for()
    assert page.complaints == []
    assert [url for url in asked if not url.startswith((base_url, "data:"))] == []


def test_a_request_can_be_tried_with_a_token(page, base_url):
    page.goto(f"{base_url}/api/v1/docs/")
    page.locator("#operations-accounts-accounts_list .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.get_by_text(re.compile("Authentication credentials were not provided")).first.wait_for()
