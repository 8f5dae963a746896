"""What an address says by itself."""

import pytest

from lib.addresses import domain_of, is_free_mail, is_role


@pytest.mark.parametrize(
    ("address", "domain"),
    [("mei@Globex.Example", "globex.example"), ("a@b@c.example ", "c.example"), ("nobody", ""), ("", "")],
)
def test_domain_of(address, domain):
    assert domain_of(address) == domain


def test_free_mail_is_nobodys_company():
    assert [is_free_mail(domain) for domain in ("gmail.com", "GMX.de", "qq.com", "globex.example", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("noreply@x.example", True),
        ("no-reply-billing@x.example", True),
        ("do_not_reply@x.example", True),
        ("Postmaster@x.example", True),
        ("bounces+123@x.example", True),
        ("info@x.example", False),
        ("norbert@x.example", False),
        ("rootman@x.example", False),
    ],
)
def test_is_role(address, is_one):
    assert is_role(address) is is_one
