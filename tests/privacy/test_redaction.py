"""What is taken out of texts, by the database and by us."""

import pytest
from django.db import connection

from accounts.models import Contact
from accounts.privacy import pattern, scrub


def asked(function: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}({', '.join(['%s'] * len(values))})", values)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("name", "address", "said", "left"),
    [
        ("Ana Ruiz", "", "Ana Ruiz, ANA  RUIZ\nand ana\nruiz", "Erased person, Erased person\nand Erased person"),
        ("Ana Ruiz", "", "Joana Ruiz, Ana Ruizz, Ana", "Joana Ruiz, Ana Ruizz, Ana"),
        ("", "ana@x.example", "To <Ana@X.example>.", "To <Erased address>."),
        ("", "ana@x.example", "joana@x.example ana@x.example.org", "joana@x.example Erased address.org"),
        ("Cher", "", "Cher, cher and Cherie", "Erased person, cher and Cherie"),
        ("support", "", "support asks Support", "support asks Support"),
        ("陈美", "", "与陈美通话", "与Erased person通话"),
        ("Zoë (CFO) B.", "", "Zoë (CFO) B. said", "Erased person said"),
        ("A+B [x] ^$", "", "now A+B [x] ^$ then", "now Erased person then"),
        ("--", "", "a -- b", "a -- b"),
        ("Ana Ruiz", "a@x.example", "", ""),
    ],
)
def test_one_person_is_taken_out_of_a_text(db, name, address, said, left):
    assert asked("accounts_redacted", said, name, address) == left


def test_in_json_a_name_of_one_small_word_goes_where_people_are_named(db):
    said = '{"contact_name": "support", "kind": "support", "summary": "a\\nO\\"Neil Bo b"}'
    told = asked("accounts_redacted_json", said, "support", "")
    assert '"Erased person"' in str(told).replace("'", '"')
    assert str(told).count("support") == 1
    told = str(asked("accounts_redacted_json", said, 'O"Neil Bo', ""))
    assert "Erased person b" in told


@pytest.mark.parametrize(
    ("name", "address", "text", "is_found"),
    [
        ("Ana Ruiz", "ana@x.example", "…ANA\truiz…", True),
        ("Ana Ruiz", "ana@x.example", "Joana Ruiz", False),
        ("Ana Ruiz", "ana@x.example", "ANA@X.example", True),
        ("陈美", "", "与陈美通话", True),
    ],
)
def test_a_file_is_about_somebody(name, address, text, is_found):
    assert bool(pattern(Contact(workspace_id=1, name=name, email=address)).search(text)) is is_found


def test_nothing_is_about_nobody():
    assert pattern(Contact(workspace_id=1, name="--", email="")) is None


def test_what_is_told_of_a_contact_is_without_name_and_comment():
    ana = Contact(workspace_id=1, pk=7, name="Ana Ruiz")
    mine = {"contact_id": 7, "contact_name": "Ana Ruiz", "comment": "bad", "value": 1}
    other = {"contact_id": 8, "contact_name": "Ana Ruiz", "comment": "fine"}
    quoted = {"contact_name": "Ana Ruiz", "comment": "bad"}
    told = scrub({"driver": mine, "list": [other, quoted, 3]}, ana)
    assert told == {
        "driver": {"contact_id": 7, "contact_name": "Erased person", "comment": "", "value": 1},
        "list": [other, {"contact_name": "Erased person", "comment": ""}, 3],
    }
