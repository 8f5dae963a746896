"""Every reason that code gives has words."""

import re
from pathlib import Path

from imports import words

ROOT = Path(__file__).resolve().parents[2]
GIVEN = re.compile(
    r"""(?:BadCell|Unfit|refuse|refuse_rows)\("(\w+)"|(?:then|why = |coalesce\(s\.why, )\s*'([a-z_]+)'|return "(\w+_\w+)"$"""
)
NOT_REASONS = {"refused", "new", "changed", "same", "already_there"}


def test_every_reason_to_refuse_a_row_has_words():
    places = [*(ROOT / "imports").glob("*.py"), *(ROOT / "accounts/actions/merging").glob("*.py")]
    places.append(ROOT / "journeys/actions/touchpoint_merging.py")
    found = {code for path in places for match in GIVEN.findall(path.read_text()) for code in match if code}
    codes = {code for code in found if "_" in code} - NOT_REASONS
    assert len(codes) > 30
    columns = re.compile(r"(external_id|arr_minor|value_minor|starts_on|ends_on|auto_renews|time_zone|agent_name|agent_email"
                         r"|closed_at|two_way|one_way)$")  # fmt: skip
    assert {code for code in codes if code not in words.REASONS and not columns.match(code)} == set()


def test_what_has_no_words_is_shown_as_it_is():
    assert words.reason("something_new") == "something_new"
    assert words.problem("something_new", 3) == "something_new"
