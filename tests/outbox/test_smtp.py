"""A letter written down by ourselves is the one that Django would write."""

import re

import pytest
from django.core.mail import BadHeaderError

from outbox import mail, smtp
from outbox.models import Mail

HTML = "<!doctype html>\n<p style='color: red'>Hello &amp; welcome</p>\n"
LINK = f"<https://nine.example/s/{'a' * 60}/unsubscribe/>"
HEADERS = {
    "Auto-Submitted": "auto-generated",
    "List-Unsubscribe": LINK,
    "List-Id": "<survey-nps.nine.example>",
}


def letter(**fields) -> smtp.Letter:
    fields = {"to": "mei@cedar.example", "subject": "How was it?", "text": "Tell us.\n", "html": HTML, **fields}
    return mail.message_of(
        Mail(workspace_id=1, message_id="<0123456789abcdef@nine.example>", **{"headers": HEADERS, **fields})
    )


def same(data: bytes) -> bytes:
    """Without what differs each time: the moment and the boundary."""
    found = re.search(rb'boundary="([^"]+)"', data)
    data = data.replace(found[1], b"BOUNDARY") if found else data
    return re.sub(rb"\r\nDate: [^\r]+", b"", data)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"html": ""},
        {"html": "", "text": "Grüße\r\nund\rTschüss"},
        {"html": "<p>你好</p>"},
        {"text": "From here\n.\n..dots\n\n"},
        {"text": "y" * 998 + "\n" + "z" * 998},
        {"html": "<p>你好</p>\n" * 200},
        {"subject": ""},
        {"subject": "我们的支持服务怎么样？"},
        {"subject": "A subject that is rather long, " * 5},
        {"subject": "x" * 190},
        {"subject": "two  spaces"},
        {"headers": {**HEADERS, "From": '"Acme, Services" <post@nine.example>'}},
        {"headers": {**HEADERS, "From": "=?utf-8?b?5L2g5aW9?= <post@nine.example>"}},
        {"headers": {"Reply-To": "team@nine.example", **HEADERS}},
        {"headers": {"List-Unsubscribe": f"<https://nine.example/{'a,b;c ' * 30}>"}},
        {"to": f"{'x' * 60}@{'y' * 60}.example"},
    ],
)
def test_a_letter_is_byte_for_byte_what_django_writes(fields):
    made = letter(**fields)
    by_django = made.message().as_bytes(linesep="\r\n").replace(f"\r\n {LINK}".encode(), LINK.encode())
    assert same(smtp.written(made)) == same(by_django)


def test_a_link_in_a_header_stays_in_one_line():
    """Folded, List-Unsubscribe has broken signatures on the way."""
    lines = smtp.written(letter()).split(b"\r\n")
    assert f"List-Unsubscribe: {LINK}".encode() in lines
    too_long = smtp.written(letter(headers={"List-Unsubscribe": f"<https://nine.example/{'a' * 1000}>"}))
    assert b"List-Unsubscribe: \r\n <https" in too_long


@pytest.mark.parametrize(
    "fields",
    [{"html": f"<p>{'x' * 999}</p>"}, {"text": "y" * 999}, {"to": "mei@bücher.example"}, {"to": "ä@b.example"}],
)
def test_what_is_out_of_the_ordinary_is_left_to_django(fields):
    assert smtp.written(letter(**fields)) is None


def test_a_header_of_two_lines_is_refused():
    with pytest.raises(BadHeaderError):
        smtp.written(letter(subject="Hello\nBcc: x@y.example"))
