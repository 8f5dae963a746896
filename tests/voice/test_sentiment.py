"""How a text feels: rules by examples in both languages, and what holds for any text at all."""

import csv
import gzip
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.reading import sentiment
from voice.reading.lexicon import lexicon
from voice.reading.themes import Reader
from voice.reading.tokens import keys, language, stem, tokens

DATA = Path(__file__).resolve().parent.parent / "data" / "text"
READER = Reader({1: ["waiting", "response time", "等了", "回复"], 2: ["price", "invoice", "价格"]})


def judged(text):
    return sentiment.judge(sentiment.opinions(tokens(text)))


def decided(text):
    return [text[mark.start : mark.end] for mark in judged(text).marks]


@pytest.mark.parametrize(
    ("text", "feeling", "words"),
    [
        ("Very helpful", "positive", ["Very helpful"]),
        ("Not helpful at all", "negative", ["Not helpful"]),
        ("This is not a very good answer", "negative", ["not a very good"]),
        ("No problems, thank you", "positive", ["No problems", "thank you"]),
        ("It is not bad", "positive", ["not bad"]),
        ("Nobody called back although it was promised.", "negative", ["Nobody called", "although it was promised"]),
        ("Friendly people, but slow", "mixed", ["Friendly", "slow"]),
        ("Please send the report", "neutral", []),
        ("We moved offices", "neutral", []),
        ("👍", "positive", ["👍"]),
        ("DOESN’T WORK", "negative", ["DOESN’T WORK"]),
        ("服务很好", "positive", ["很好"]),
        ("服務很好", "positive", ["很好"]),
        ("回复不够及时", "negative", ["不够及时"]),
        ("没有任何问题", "positive", ["没有任何问题"]),
        ("系統經常當機", "negative", ["經常當機"]),
        ("客服热情，但是太慢", "mixed", ["热情", "太慢"]),
        ("客服很 friendly，report 很 slow", "mixed", ["很 friendly", "很 slow"]),
        ("", "neutral", []),
    ],
)
def test_text_feels(text, feeling, words):
    assert (judged(text).feeling, decided(text)) == (feeling, words)


def test_a_degree_makes_more_or_less_of_it():
    points = [judged(text).marks[0].points for text in ("a bit slow", "slow", "extremely slow")]
    assert points == sorted(points, reverse=True)
    assert points[1] == -1.0


def test_what_follows_a_but_counts_more():
    assert judged("It is slow, but friendly").balance > 0 > judged("It is friendly, but slow").balance


def test_a_denial_ends_with_its_clause():
    assert judged("It is not for us, great tool").feeling == "positive"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("invoices", "invoice"), ("pricing", "price"), ("stopped", "stop"), ("calling", "calls"), ("replies", "reply"),
        ("charged", "charge"), ("delays", "delayed"),
    ],
)  # fmt: skip
def test_forms_of_a_word_are_one(one, other):
    assert stem(one) == stem(other)


def test_words_that_only_look_alike_stay_apart():
    assert stem("please") != stem("pleased")
    assert stem("news") == "news"


def test_both_scripts_are_found_by_one_list():
    assert keys("響應時間") == keys("响应时间")


@pytest.mark.parametrize(
    ("text", "code"), [("Fine", "en"), ("很好", "zh"), ("服务 is very good", "en"), ("！！", ""), ("Très bien", "en")]
)
def test_language_by_its_letters(text, code):
    assert language(tokens(text)) == code


# ------------------------------------------------------------------------------------- whatever is typed
anything = st.text(max_size=400) | st.text(alphabet="good not 不好很但是,。\u202e\x00😀 wait 等了 price", max_size=400)


@given(anything)
def test_deciding_words_are_parts_of_the_text(text):
    found = READER.read(text)
    ends = 0
    for start, end, points in found.verdict.marks:
        assert ends <= start < end <= len(text)
        assert points != 0
        ends = end
    for mention in found.mentions:
        assert all(0 <= start < end <= len(text) for start, end in mention.places)
    assert -1 <= found.verdict.balance <= 1


@given(anything)
def test_the_same_text_reads_the_same(text):
    assert READER.read(text) == READER.read(text)


@given(anything)
def test_a_theme_is_found_only_by_its_words(text):
    held = {key for token in tokens(text) for key in [token.key]}
    wanted = {1: {stem("waiting"), "等", "回", "response"}, 2: {stem("price"), stem("invoice"), "价"}}
    for mention in READER.read(text).mentions:
        assert held & wanted[mention.theme] or (mention.theme == 1 and stem("response") in held)


@pytest.mark.parametrize(
    "piece", ["not ", "很好", "not good, ", "a", "'", "等", "😀", "\u202e", "but ", "\x00", "so very "]
)
def test_time_grows_with_the_length_and_no_faster(piece):
    def seconds(letters):
        text = (piece * letters)[:letters]
        began = perf_counter()
        READER.read(text)
        return perf_counter() - began

    lexicon()
    short = min(seconds(5_000) for _ in range(4))
    long = min(seconds(40_000) for _ in range(4))
    assert long < 8 * short * 4 + 0.05


# ------------------------------------------------------------------------------------- labelled comments
def labelled(name):
    return [line.split("\t", 1) for line in (DATA / name).read_text().splitlines()]


@pytest.mark.parametrize(("name", "least"), [("comments_en.tsv", 0.85), ("comments_zh.tsv", 0.9)])
def test_our_own_comments_are_read_rightly(name, least):
    rows = labelled(name)
    assert sum(judged(text).feeling == label for label, text in rows) / len(rows) >= least


def test_reviews_of_strangers_are_read_better_than_by_guessing():
    with gzip.open(DATA / "reviews_zh_asap.csv.gz", "rt") as file:
        rows = [(float(row["star"]), row["review"]) for row in csv.DictReader(file) if row["star"] != "3.0"]
    hits = [(judged(text).balance > 0) == (star > 3) for star, text in rows]
    bad = [hit for hit, (star, _text) in zip(hits, rows, strict=True) if star < 3]
    assert sum(hits) / len(hits) >= 0.91
    assert sum(bad) / len(bad) >= 0.75
