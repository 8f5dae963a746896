"""Every reason that code gives has words."""

import re
from pathlib import Path

import pytest

from imports import words

ROOT = Path(__file__).resolve().parents[2]
PLACES = [
    *sorted((ROOT / "imports").glob("*.py")),
    *sorted((ROOT / "accounts/actions/merging").glob("*.py")),
    ROOT / "journeys/actions/touchpoint_merging.py",
]
GIVEN = re.compile(
    r'(?:BadCell|Unfit|refuse|refuse_rows)\(\s*"(\w+)"|why = \'(\w+)\'|then \'(\w+)\' (?:else s\.why )?end'
)
# What the statements compare, in the same form.
FIELDS = {
    "name", "domains", "tier", "industry", "currency", "owner", "email", "title", "role", "persona", "influence",
    "stance", "locale", "phone", "time_zone", "consent", "consent_at", "consent_source",
    "external_id", "starts_on", "ends_on", "seats", "value_minor",
    "auto_renews", "number", "url", "subject", "agent_name", "agent_email", "contact", "closed_at",
    "priority", "topic", "tags",
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_reason_to_refuse_a_row_has_words(place):
    found = {code for match in GIVEN.findall(place.read_text()) for code in match if code}
    assert found - FIELDS - set(words.REASONS) == set()


def test_what_has_no_words_is_shown_as_it_is():
    assert words.reason("something_new") == "something_new"
    assert words.problem("something_new", 3) == "something_new"
