"""Every export: its rows and nobody else's, nothing that runs, as many queries at any size; and every list has one.

A new export is tested by being in the URLconf under a name that ends with `_export`.
"""

import csv
import io
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lib import downloads
from lib.csv import BOM, STARTS_FORMULA
from tests.builders import NOON, make_member, make_workspace
from tests.doors import samples
from tests.exports import RUN, address, begin, grow
from tests.test_doors import GUARDED, PAGES
from workspaces import tenancy

ELSEWHERE = {
    "accounts:contact_export",  # one person as JSON or a zip: tests/privacy
    "notices:notice_export",  # one's own alone: tests/notices
}
EXPORTS = {
    name: route for name, (route, _view) in sorted(PAGES.items()) if name.endswith("_export") and name not in ELSEWHERE
}
FIGURES = {  # no free text
    "accounts:suppression_export", "health:trend_export", "health:part_export", "health:score_export",
    "health:desired_export",
    "risk:figure_export", "risk:part_export", "surveys:figure_export", "workspaces:retention_export",
}  # fmt: skip
ASKED = {
    "dashboard:search_export": "?q=cmd",
    "health:quadrant_export": "?quadrant=unknown",
    "health:below_export": "?part=intent&show=without",
    "health:row_export": "?measure=width",
    "reviews:action_export": "?state=overdue",
    "voice:improvement_export": "?show=overdue",
    "surveys:group_export": "?by=agent",
    "surveys:wave_list_export": "?metric=nps",
}

# Where a reader finds each export; what follows a `?` narrows the list, and the export as well.
LISTS = {
    "accounts:field_list": ["accounts:field_export"],
    "accounts:metric_list": ["accounts:metric_export"],
    "accounts:persona_list": ["accounts:persona_export"],
    "accounts:stakeholder_map": ["dashboard:people_export"],
    "accounts:suppression_list": ["accounts:suppression_export"],
    "accounts:timeline": ["accounts:timeline_export"],
    "bulk:change?outcome=changed": ["bulk:change_export"],
    "bulk:change_list": ["bulk:change_list_export"],
    "complaints:complaint": ["complaints:step_export"],
    "complaints:complaint_list?show=all": ["complaints:complaint_export"],
    "complaints:follow_up_list?show=open": ["complaints:follow_up_export"],
    "complaints:peer_list": ["complaints:peer_export"],
    "complaints:settings": ["complaints:rule_export"],
    "dashboard:account?show=all": [
        "dashboard:people_export", "dashboard:contract_export", "dashboard:ticket_export",
        "dashboard:touchpoint_export", "dashboard:family_export",
    ],
    "dashboard:account_list?stage=use": ["dashboard:account_export"],
    "dashboard:dismissed_list": ["dashboard:dismissed_export"],
    "dashboard:search?q=cmd": ["dashboard:search_export"],
    "dashboard:today?who=all": ["dashboard:today_export"],
    "expectations:expectation_list": ["expectations:expectation_export"],
    "expectations:waiting_list?who=me": ["expectations:waiting_export"],
    "health:account_panel": ["health:score_export", "health:family_export"],
    "alerts:alert_list?show=closed": ["alerts:alert_export"],
    "health:gap_list?part=engagement": ["health:gap_export"],
    "health:desired?segment=1": ["health:desired_export"],
    "health:below_list?part=intent": ["health:below_export"],
    "health:pulse_list": ["health:pulse_export"],
    "health:row_list?measure=recency": ["health:row_export"],
    "health:weights": ["health:profile_export"],
    "health:quadrant_list?quadrant=unknown": ["health:quadrant_export"],
    "alerts:rule_list": ["alerts:rule_export"],
    "health:insights": ["health:trend_export", "health:risk_export", "health:part_export"],
    "imports:import_list": ["imports:import_list_export"],
    "integrations:connection?state=unmatched": ["integrations:event_export"],
    "integrations:connection_list": ["integrations:connection_export"],
    "integrations:unmatched_list": ["integrations:unmatched_export"],
    "journeys:account_panel": ["journeys:stage_export"],
    "journeys:board?owner=me": ["journeys:board_export"],
    "journeys:playbook": ["journeys:play_export"],
    "journeys:playbook_list": ["journeys:playbook_export"],
    "journeys:task_list?due=today": ["journeys:task_export"],
    "learning:completion_list?show=begun": ["learning:completion_export"],
    "learning:content_list": ["learning:content_export"],
    "notices:chat": ["notices:chat_export"],
    "notices:chat_list": ["notices:chat_list_export"],
    "outbox:stuck_list": ["outbox:stuck_export"],
    "outbox:suppression_list": ["outbox:suppression_export"],
    "plans:plan": ["plans:goal_export", "plans:milestone_export"],
    "reviews:account_panel": ["reviews:account_review_export"],
    "reviews:review?as=": ["reviews:figure_export", "reviews:review_action_export"],
    "reviews:share_list": ["reviews:share_export"],
    "reviews:review_list": ["reviews:review_export"],
    "reviews:review_list?state=overdue": ["reviews:action_export"],
    "risk:false_alarm_list": ["risk:false_alarm_export"],
    "risk:missed_list": ["risk:missed_export"],
    "risk:caught_list": ["risk:caught_export"],
    "risk:quiet_list": ["risk:quiet_export"],
    "risk:run": ["risk:missed_export", "risk:false_alarm_export", "risk:part_export", "risk:figure_export"],
    "risk:run_list": ["risk:run_export"],
    "segments:criterion_list": ["segments:criterion_export"],
    "segments:icp_check?by=today": ["segments:icp_export"],
    "segments:segment_list?show=archived": ["segments:segment_export"],
    "surveys:account_panel": ["surveys:account_survey_export"],
    "surveys:definition_list": ["surveys:definition_export"],
    "surveys:doubt_list": ["surveys:doubt_export"],
    "surveys:hold_list": ["surveys:hold_export"],
    "surveys:silent_list?show=stopped": ["surveys:silent_export"],
    "surveys:survey_list": ["surveys:survey_export", "surveys:figure_export", "surveys:group_export"],
    "surveys:survey_list?metric=nps": ["surveys:wave_list_export"],
    "surveys:wave": ["surveys:wave_export"],
    "voice:heat_map?days=180": ["voice:heat_map_export", "voice:rise_export"],
    "voice:improvement_list?show=overdue": ["voice:improvement_export"],
    "voice:remark_list?days=180": ["voice:remark_export"],
    "voice:theme_list": ["voice:theme_export"],
    "webhooks:endpoint?state=delivered": ["webhooks:delivery_export"],
    "webhooks:endpoint_list": ["webhooks:endpoint_export"],
    "workspaces:audit_list": ["workspaces:audit_export"],
    "workspaces:retention": ["workspaces:retention_export"],
    "workspaces:member_list": ["workspaces:member_export"],
    "workspaces:token_list": ["workspaces:token_export"],
}  # fmt: skip

# Pages with rows of which no list is exported, and why.
WITHOUT = {
    "accounts:contact": "one person: as JSON or CSV files",
    "bulk:change_new": "a preview",
    "dashboard:account_panel": "a part of the account page, with the same exports",
    "dashboard:waiting": "a few tasks and promises that are due, with lists of their own",
    "alerts:alert": "one alert",
    "alerts:holdout": "one comparison of two groups, in words",
    "health:profile_edit": "a form, with its preview",
    "health:profile_new": "a form, with its preview",
    "alerts:rule_new": "the kinds of a form",
    "imports:import_columns": "a form",
    "imports:import_detail": "one file: its refused rows are a file again",
    "integrations:event": "one delivery",
    "notices:choices": "a form",
    "notices:notice_list": "one's own alone, with an export of its own",
    "outbox:mailbox": "there in the demo only",
    "plans:goal": "one goal: it and what was read last are among the goals of the plan",
    "surveys:definition": "one survey",
    "surveys:definition_mail": "a preview",
    "surveys:definition_preview": "a preview",
    "workspaces:settings": "the way to other pages",
}
ROWS = re.compile(r'<table|\bdata-row\b|class="(?:lines|board|timeline|worklist|promise-list|alert-rows)')


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def world(workspace):
    with tenancy.entered(make_workspace("Other").pk):
        grow(begin("=not ours"), "=not ours")
    return begin(f"={RUN}")


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member("admin").user)
    return client


def read(client, name, world):
    response = client.get(address(name, EXPORTS[name], world, ASKED.get(name, "")))
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8"), name
    assert re.fullmatch(r'attachment; filename="[\w.-]+\.csv"', response["Content-Disposition"]), name
    text = response.content.decode()
    assert text.startswith(BOM), name
    return list(csv.reader(io.StringIO(text[len(BOM) :], newline="")))


def runs(cell):
    return cell.startswith(STARTS_FORMULA) and not re.fullmatch(r"-?[\d.]+", cell)


def read_all(client, world):
    """What each export holds, and how many queries it took."""
    found = {}
    for name in EXPORTS:
        with CaptureQueriesContext(connection) as queries:
            rows = read(client, name, world)
        found[name] = (rows, len(queries))
    return found


def test_an_export_holds_our_rows_as_text_in_as_many_queries_at_any_size(client, world, subtests):
    """Every export of one and the same world: to furnish it takes longer than to read it."""
    for sign in ("=", "+"):  # of one score nothing changes, which saves a report a query
        grow(world, f"{sign}{RUN}")
    at_two = read_all(client, world)
    for sign in ("-", "@", "\t"):
        grow(world, f"{sign}{RUN}")
    at_five = read_all(client, world)

    for name, ((header, *rows), count) in at_five.items():
        with subtests.test(name):
            (_header, *few), count_at_two = at_two[name]
            assert few
            assert all(header)
            assert {len(row) for row in rows} == {len(header)}
            cells = [cell for row in (header, *rows) for cell in row]
            assert [cell for cell in cells if runs(cell)] == []
            assert [cell for cell in cells if "not ours" in cell] == []
            assert any(cell.startswith(f"'={RUN}") for cell in cells) is (name not in FIGURES)
            assert count == count_at_two


def test_an_export_that_is_too_long_says_so(client, world, monkeypatch, subtests):
    monkeypatch.setattr(downloads, "MOST_ROWS", 0)
    monkeypatch.setattr("dashboard.export.MOST", 0)
    grow(world, f"={RUN}")
    for name, route in EXPORTS.items():
        with subtests.test(name):
            response = client.get(address(name, route, world, ASKED.get(name, "")))
            assert (response.status_code, response["Content-Type"]) == (413, "text/plain; charset=utf-8")


def test_a_list_leads_to_its_export_and_keeps_the_filter(client, world, subtests):
    grow(world, f"={RUN}")
    for page, exports in LISTS.items():
        name, _, query = page.partition("?")
        with subtests.test(page):
            html = client.get(address(name, PAGES[name][0], world, f"?{query}")).content.decode()
            for export in exports:
                found = re.search(rf'href="{address(export, EXPORTS[export], world)}(\?[^"]*)?"', html)
                assert found, export
                assert query in (found[1] or ""), export


def test_every_page_with_rows_leads_to_an_export_or_says_why_not(client, world, settings):
    settings.DEMO = True
    grow(world, f"={RUN}")
    shown = set()
    for name, where in samples(GUARDED).items():
        response = client.get(where)
        is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
        if is_page and ROWS.search(response.content.decode()):
            shown.add(name)
    assert sorted(shown - {page.partition("?")[0] for page in LISTS} - WITHOUT.keys()) == []


def test_every_export_is_found_on_a_page():
    assert sorted(set(EXPORTS)) == sorted({export for exports in LISTS.values() for export in exports})
