"""Logo, colour and language: chosen on one page, checked, and served to customers."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from surveys import colours, pictures
from surveys.actions import looks
from surveys.models import Look
from tests.builders import NOON, make_member, make_workspace
from tests.surveys.drawings import jpeg, png
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

URL = "/settings/surveys/look/"


def sign_in(role: str = Role.MANAGER) -> Client:
    client = Client()
    client.force_login(make_member(role).user)
    return client


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(colours.contrast(one, other), 2) == ratio
    assert colours.contrast(other, one) == colours.contrast(one, other)


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#ffff00", "#3445b4", "#ff0000", "#00ff88", "#7f7f7f"])
def test_a_readable_tone_is_found_for_every_colour_on_both_papers(colour):
    for paper in (colours.LIGHT_PAPER, colours.DARK_PAPER):
        tone = colours.readable(colour, paper)
        assert colours.is_readable(tone, paper)
        assert colours.contrast(colours.on(tone), tone) >= 4.5
    if colours.is_readable(colour):
        assert colours.readable(colour, colours.LIGHT_PAPER) == colour


@pytest.mark.parametrize(
    ("data", "kind", "size"), [(png(300, 80), "image/png", (300, 80)), (jpeg(640, 480), "image/jpeg", (640, 480))]
)
def test_a_picture_is_known_by_what_is_in_it(data, kind, size):
    read = pictures.read(data)
    assert (read.kind, (read.width, read.height)) == (kind, size)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [b"", SVG, b"GIF89a", png(3, 3)[:20], png(0, 3), png(3, 3)[:-12], jpeg(9, 9)[:26], b"\xff\xd8\xff", b"<html>"],
)
def test_what_is_no_picture_is_none(data):
    with pytest.raises(pictures.NoPicture):
        pictures.read(data)


@pytest.mark.parametrize("data", [png(3, 3) + b"\0" * 16_384, png(2001, 3), jpeg(3, 2001)])
def test_what_is_too_large_is_refused(data):
    with pytest.raises(pictures.TooLarge):
        pictures.read(data)


FORM = {"accent": "#0B6E4F", "reply_to": "mei@vendor.example", "language": "zh-hant", "asks_referral": "on"}


def test_a_manager_chooses_the_look(workspace):
    client = sign_in()
    assert 'name="offers_call"' in client.get(URL).content.decode()
    assert client.post(URL, FORM).headers["Location"] == URL
    look = Look.objects.get()
    assert (look.accent, look.language, look.offers_call, look.asks_referral) == ("#0b6e4f", "zh-hant", False, True)
    assert colours.is_readable(look.dark_accent, colours.DARK_PAPER)
    assert 'value="#0b6e4f"' in client.get(URL).content.decode()
    client.post(URL, FORM)
    assert AuditEvent.objects.filter(kind="survey_look.changed").count() == 1
    client.post(URL, {**FORM, "accent": ""})
    assert Look.objects.get().dark_accent == ""


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("accent", "#ffe066", "This is too pale to be read on white. #"),
        ("accent", "red", "Write the colour as # and six digits or letters"),
        ("reply_to", "a@b.example, c@d.example", "Enter a valid email address."),
        ("review_url", "javascript:alert(1)", "Enter a valid URL."),
        ("language", "fr", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_named_and_kept(workspace, name, value, told):
    response = sign_in().post(URL, {**FORM, name: value})
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Look.objects.exists()


def upload(client: Client, data: bytes, name: str = "logo.png"):
    return client.post(URL + "logo/", {"logo": SimpleUploadedFile(name, data, "image/png")})


def test_another_logo_of_the_same_size_is_shown_at_once(workspace):
    client, picture = sign_in(), png(300, 80)
    shown = []
    for data in (picture, picture[:-12] + b"more" + picture[-12:]):
        upload(client, data)
        shown += re.findall(r'src="(/s/logo/[^"]+)"', client.get(URL).content.decode())
    assert len(set(shown)) == 2
    assert {Client().get(address).status_code for address in shown} == {200}


def test_a_logo_is_shown_to_customers_as_a_picture_and_nothing_else(workspace):
    client = sign_in()
    assert upload(client, png(200, 50)).status_code == 302
    look = Look.objects.get()
    assert f"/s/logo/{look.key}/" in client.get(URL).content.decode()
    response = Client().get(f"/s/logo/{look.key}/")
    assert response.content == png(200, 50)
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert Client().get("/s/logo/nope/").status_code == 404
    upload(client, jpeg(40, 40))
    assert Look.objects.get().key == look.key
    assert client.post(URL + "logo/", {"remove": "1"}).status_code == 302
    assert Client().get(f"/s/logo/{look.key}/").status_code == 404
    kinds = AuditEvent.objects.filter(kind__startswith="survey_logo").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["survey_logo.changed", "survey_logo.changed", "survey_logo.removed"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "This file is empty."),
        (SVG, "This is neither a PNG nor a JPEG picture."),
        (png(3, 3) + b"\0" * 20_000, "At most 16 kB and 2,000 pixels a side"),
    ],
)
def test_a_file_that_is_no_logo_is_named(workspace, data, told):
    response = upload(sign_in(), data)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Look.objects.exists()


def test_the_colour_comes_as_a_style_of_our_own(workspace):
    look = looks.change_look(changes={"accent": "#0b6e4f"}, at=NOON, by=None)
    response = Client().get(f"/s/look/{look.key}/")
    css = response.content.decode()
    assert response.headers["Content-Type"] == "text/css"
    assert "--accent: #0b6e4f; --on-accent: #ffffff;" in css
    assert f"--accent: {look.dark_accent}; --on-accent: {colours.BLACK};" in css
    looks.change_look(changes={"accent": ""}, at=NOON, by=None)
    assert Client().get(f"/s/look/{look.key}/").content == b""


def test_each_workspace_has_its_own_look(workspace):
    looks.change_look(changes={"accent": "#0b6e4f"}, at=NOON, by=None)
    with tenancy.entered(make_workspace("Other").pk):
        assert not Look.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CSM])
def test_others_may_not(workspace, role):
    client = sign_in(role)
    assert client.get(URL).status_code == client.post(URL, FORM).status_code == upload(client, b"").status_code == 403
