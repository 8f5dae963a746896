"""The parts of the interface, rendered as pages use them."""

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.html import format_html

from lib.templatetags import ui

pytestmark = pytest.mark.urls("allauth.urls")  # any addresses will do: lib knows no rooms


class Touchpoint(forms.Form):
    summary = forms.CharField(help_text="One sentence.")
    note = forms.CharField(widget=forms.Textarea, required=False)
    channel = forms.ChoiceField(choices=[("call", "Call")])
    way = forms.ChoiceField(choices=[("two", "Two-way")], widget=forms.RadioSelect)
    is_private = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, initial="x")


def draw(source, **context):
    return engines["django"].from_string("{% load ui charts formatting %}" + source).render(context)


def test_form_keeps_what_was_typed_and_ties_errors_to_fields():
    page = render_to_string("ui/form.html", {"form": Touchpoint({"note": "Called <back>", "channel": "call"})})

    assert "Called &lt;back&gt;" in page
    assert 'aria-describedby="id_summary_helptext id_summary_error"' in page
    assert 'id="id_summary_error"' in page
    assert page.count('aria-invalid="true"') == 2  # the summary and the way
    assert 'class="form-select' in page


def test_help_is_text_unless_it_was_marked_as_html():
    class Named(forms.Form):
        name = forms.CharField(help_text="Shown as <b>")

    assert "Shown as &lt;b&gt;" in render_to_string("ui/form.html", {"form": Named()})
    Named.base_fields["name"].help_text = format_html("<ul><li>{}</li></ul>", "Long & odd")
    assert "<ul><li>Long &amp; odd</li></ul>" in render_to_string("ui/form.html", {"form": Named()})


def test_form_with_a_target_posts_by_htmx_as_well():
    page = render_to_string("ui/form.html", {"form": Touchpoint(), "action": "/x/", "target": "#panel", "cancel": "/"})

    assert 'hx-post="/x/" hx-target="#panel"' in page
    assert 'action="/x/"' in page
    assert "Cancel" in page


@pytest.mark.parametrize(
    ("name", "expected"),
    [("summary", "plain"), ("channel", "plain"), ("way", "choices"), ("is_private", "check")],
)
def test_fields_are_laid_out_by_their_kind(name, expected):
    assert ui.kind(Touchpoint()[name]) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Mei Chen", "MC"), ("mei.chen@example.com", "MC"), ("Ana Maria da Silva", "AS"), ("root", "R"), ("", "")],
)
def test_initials(name, expected):
    assert ui.initials(name) == expected


def test_a_url_that_does_not_exist_is_no_door():
    assert ui.url_or_none("nowhere:at_all") == ""
    assert ui.url_or_none("account_login") == "/login/"


@pytest.mark.parametrize(
    ("path", "context", "lit"),
    [
        ("/login/", {}, True),
        ("/login/more/", {}, True),
        ("/extra/page/", {}, True),
        ("/elsewhere/", {}, False),
        ("/elsewhere/", {"nav": "sign"}, True),
        ("/login/", {"nav": "other"}, False),
    ],
)
def test_rail_item_is_lit_on_its_address_and_below(path, context, lit):
    request = RequestFactory().get(path)
    shown = draw('{% rail_item "sign" "account_login" "Sign in" "login" also="/extra/" %}', request=request, **context)

    assert ('aria-current="page"' in shown) is lit


def test_rail_item_without_a_room_or_a_right_is_absent():
    assert draw('{% rail_item "x" "nowhere:at_all" "X" "login" %}').strip() == ""
    assert draw('{% rail_item "x" "account_login" "X" "login" allowed=False %}').strip() == ""


def test_filters_and_tags_are_the_functions_of_lib():
    assert (
        draw('{{ 4800000|money:"EUR" }} {{ 4800000|money_short:"EUR" }} {{ 0.71|percent }}') == "€48,000 €48k 71\u00a0%"
    )
    assert "Healthy" in draw('{% score_chip 82 "healthy" %}')
    assert "–" in draw("{{ nothing|ago }}")
    assert "change-good" in draw("{{ 4|change }}")
    assert ">T</title>" in draw('{% sparkline values "T" %}', values=[1, 2])


@pytest.mark.parametrize(
    ("part", "context", "expected"),
    [
        (
            "stat",
            {"label": "At risk", "value": "€412k", "href": "/x/", "sub": "14 accounts"},
            '<a href="/x/">€412k</a>',
        ),
        ("empty", {"title": "No contacts", "text": "Add one.", "href": "/x/", "action": "Add"}, 'href="/x/">Add</a>'),
        ("pager", {"next_url": "?after=9", "shown": "50 of 120"}, 'rel="next"'),
        ("tabs", {"tabs": [{"label": "All", "url": "/", "active": True, "count": 1200}]}, "1,200"),
        ("confirm", {"action": "/x/", "button": "Remove"}, 'action="/x/"'),
        ("notice", {"kind": "error", "title": "Weights must total 100"}, 'role="alert"'),
        ("secret", {"id": "s", "value": "whsec_1"}, 'data-copy-from="#s"'),
        ("score_chip", {"score": None, "band": None}, "No data"),
        ("chart", {"chart": "drawing", "label": "Trend"}, 'tabindex="0"'),
    ],
)
def test_parts_take_plain_values(part, context, expected):
    assert expected in render_to_string(f"ui/{part}.html", context)


def test_pager_of_a_single_page_is_nothing():
    assert render_to_string("ui/pager.html", {}).strip() == ""
