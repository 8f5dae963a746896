"""Every sentence that customers read is there in every language, and what is compiled is what was written."""

import gettext
import re
import string

import pytest
from django.conf import settings

from lib import languages
from tests.surveys.wordings import catalogue, wordings

CATALOGUES = sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po"))
HOLES = re.compile(r"%\(\w+\)[sd]")
# Letters that exist in one of the two scripts only.
SIMPLIFIED = set("们么满页给这还电话贵让从复链务态继续评应该内单议谢边图")
TRADITIONAL = set("們麼滿頁給這還電話貴讓從復連務態繼續評應該內單議謝邊圖")


def test_the_three_languages_are_there():
    assert languages.offered() == [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]


def test_the_sentences_are_found():
    found = wordings()
    assert ("", "Hello %(name)s,") in found
    assert ("an answer", "Send") in found
    assert ("", "Please give a phone number.") in found
    assert len(found) > 90


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_sentence_lacks_a_translation(path):
    translated = catalogue(path)
    assert [wording for wording in sorted(wordings()) if not translated.get(wording)] == []
    assert [wording for wording in sorted(translated) if wording not in wordings()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_translation_keeps_the_holes_of_its_sentence(path):
    for (_, text), told in catalogue(path).items():
        assert sorted(HOLES.findall(told)) == sorted(HOLES.findall(text)), text


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_what_is_compiled_is_what_was_written(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for (context, text), told in catalogue(path).items():
        found = compiled.pgettext(context, text) if context else compiled.gettext(text)
        assert found == told, f"{text}: run compilemessages"


def test_neither_script_was_made_from_the_other():
    by_script = {path.parts[-3]: "".join(catalogue(path).values()) for path in CATALOGUES}
    assert not set(by_script["zh_Hans"]) & (TRADITIONAL - SIMPLIFIED)
    assert not set(by_script["zh_Hant"]) & (SIMPLIFIED - TRADITIONAL)
    assert "客服" in by_script["zh_Hant"]
    assert "支持服务" in by_script["zh_Hans"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_chinese_is_set_with_full_width_marks(path):
    for told in catalogue(path).values():
        bare = HOLES.sub("", told).replace("name@example.com", "").replace("+ 和 -", "").replace("+ 與 -", "")
        assert not set(bare) & set(',;:?!()"'), told
        assert not set(bare) & set(string.ascii_letters) - set("Ynj"), told


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("zh", "zh-hans"),
        ("zh-MY", "zh-hans"),
        ("zh_MO", "zh-hant"),
        ("zh-Hant-HK", "zh-hant"),
        ("x" * 600, ""),
        ("", ""),
    ],
)
def test_a_tag_is_understood(wish, found):
    assert languages.known(wish) == found
