"""What can name somebody."""

import pytest

from lib.names import is_seen


@pytest.mark.parametrize(("text", "seen"), [
    ("Cedar", True), ("7", True), ("東京", True), ("!", True), ("\u202eA", True), ("👩\u200d🚀", True),
    ("", False), (" \t", False), ("\u200b", False), ("\u202e\u200b", False), ("\x1f", False), ("\u3164", False),
    ("\u2800", False), ("\u00a0\ufeff", False), ("\ufe0f", False),
])  # fmt: skip
def test_a_name_is_seen(text, seen):
    assert is_seen(text) == seen
