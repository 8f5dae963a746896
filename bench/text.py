"""How well comments are read: the feeling by our rules against labels, a majority class, and VADER where it is there.

Three sets. `reviews_zh`: 300 Chinese restaurant reviews with stars (ASAP of Meituan-Dianping, Apache-2.0), good above
three stars and bad below; nothing was tuned on them. `comments_en` and `comments_zh`: comments on IT services in our
own words, labelled before the word lists were written, but by whoever wrote those, too, and a few words were added
after a look at what was missed: what strangers write is read less well. The folder that NINEFOLD_DATA names is read for
the reviews, if it is given.
"""

import csv
import gzip
import os
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import report
from voice.reading import sentiment
from voice.reading.lexicon import lexicon
from voice.reading.tokens import tokens

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "data" / "text"
GOOD, BAD = "positive", "negative"
LONG = 10_000  # letters of the longest comment that is taken
Row = tuple[str, str]
Judge = Callable[[str], float]


def ours(text: str) -> sentiment.Verdict:
    return sentiment.judge(sentiment.opinions(tokens(text)))


def labelled(name: str) -> list[Row]:
    lines = (SAMPLES / f"{name}.tsv").read_text().splitlines()
    return [(label, text) for label, _, text in (line.partition("\t") for line in lines)]


def reviews() -> list[Row]:
    """(label, text) of reviews with more or fewer than three stars."""
    named = os.environ.get("NINEFOLD_DATA")
    if named:
        with (Path(named) / "zh_asap_samples_300.csv").open() as file:
            rows = [(float(row["star"]), row["reviewbody"]) for row in csv.DictReader(file)]
    else:
        with gzip.open(SAMPLES / "reviews_zh_asap.csv.gz", "rt") as file:
            rows = [(float(row["star"]), row["review"]) for row in csv.DictReader(file)]
    return [(GOOD if star > 3 else BAD, text) for star, text in rows if star != 3]


def two_classes(rows: Sequence[Row], judge: Judge) -> dict[str, float]:
    """Of those that are good or bad: a judgement above 0 says good, any other bad."""
    clear = [(label, judge(text)) for label, text in rows if label in {GOOD, BAD}]
    right = {
        label: sum((points > 0) == (label == GOOD) for one, points in clear if one == label)
        / sum(one == label for one, _points in clear)
        for label in (GOOD, BAD)
    }
    hits = sum((points > 0) == (label == GOOD) for label, points in clear)
    return {
        "accuracy": round(hits / len(clear), 3),
        "balanced": round((right[GOOD] + right[BAD]) / 2, 3),
        "good_found": round(right[GOOD], 3),
        "bad_found": round(right[BAD], 3),
    }


def majority(rows: Sequence[Row]) -> dict[str, float]:
    """What guessing the commonest of two classes would reach."""
    counts = Counter(label for label, _text in rows if label in {GOOD, BAD})
    return {"accuracy": round(max(counts.values()) / sum(counts.values()), 3), "balanced": 0.5}


def vader() -> Judge | None:
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    analyzer = SentimentIntensityAnalyzer()
    return lambda text: float(analyzer.polarity_scores(text)["compound"])


def of_set(rows: Sequence[Row], other: Judge | None) -> dict[str, Any]:
    took = report.seconds(lambda: [ours(text) for _label, text in rows])
    found: dict[str, Any] = {
        "comments": len(rows),
        "ours": two_classes(rows, lambda text: ours(text).balance),
        "majority": majority(rows),
        "ms_per_comment": round(took / len(rows) * 1000, 3),
        "letters_per_comment": round(sum(len(text) for _label, text in rows) / len(rows)),
    }
    if len({label for label, _text in rows}) > 2:
        hits = sum(ours(text).feeling == label for label, text in rows)
        counts = Counter(label for label, _text in rows)
        found["four_classes"] = {
            "accuracy": round(hits / len(rows), 3),
            "majority": round(max(counts.values()) / len(rows), 3),
        }
    if other is not None:
        found["vader"] = two_classes(rows, other)
    return found


def weight() -> dict[str, float]:
    """Megabytes that the word lists take in a process, and how the time grows with the text: 1 is in proportion."""
    tracemalloc.start()
    lexicon()
    size, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    text = "The reply is not very good, 但是回复很快。 "
    short, long = ((text * LONG)[:letters] for letters in (LONG // 10, LONG))
    times = report.interleaved(9, {"short": lambda: ours(short), "long": lambda: ours(long)})
    fastest = {name: min(some) for name, some in times.items()}
    return {
        "megabytes": round(size / 1e6, 2),
        "ms_of_10000_letters": round(fastest["long"] * 1000, 1),
        "growth": round(fastest["long"] / fastest["short"] / 10, 2),
    }


def main() -> None:
    light, other = weight(), vader()
    report.publish(
        {
            "reviews_zh": of_set(reviews(), None),
            "comments_en": of_set(labelled("comments_en"), other),
            "comments_zh": of_set(labelled("comments_zh"), None),
            **light,
        }
    )


if __name__ == "__main__":
    main()
