"""What a chat is sent, and what its answer means. Knows no rows."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

SLACK_LONGEST = 2900  # characters in one section; Slack takes 3000
GONE = {404, 410}  # no such service, channel archived, workflow deleted
BUSY = {408, 425, 429}
JOINER = "\u2060"  # invisible; a mark behind it begins nothing

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKS = re.compile(r"([*_~`])")


@dataclass(frozen=True)
class News:
    """One message in words: a link on its title, and lines below it."""

    title: str
    url: str
    lines: tuple[str, ...]
    is_urgent: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt: a status, or an error in words. `is_doubtful`: it may have arrived all the same."""

    status: int | None = None
    error: str = ""
    is_doubtful: bool = False
    rest: timedelta = timedelta()

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status in GONE

    @property
    def is_final(self) -> bool:
        """Whether another attempt would be answered alike."""
        status = self.status
        return self.is_success or (status is not None and 300 <= status < 500 and status not in BUSY)


def body(flavour: str, news: News) -> dict[str, Any]:
    return slack(news) if flavour == "slack" else teams(news)


def slack(news: News) -> dict[str, Any]:
    """Text for the notification, and blocks (Block Kit)."""
    title = f"{_('Urgent')}: {news.title}" if news.is_urgent else news.title
    blocks = [_section(f"*<{escaped(news.url)}|{escaped(title)}>*")]
    blocks += [_section(escaped(line)) for line in news.lines if line]
    return {"text": escaped(title), "blocks": blocks}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SLACK_LONGEST], "verbatim": True}}


def escaped(text: str) -> str:
    """Text as Slack shows it, letter for letter: no link, no mention, nothing in bold, on one line."""
    plain = "".join(_ENTITIES.get(char, char) for char in " ".join(text.split()))
    return plain if plain.startswith("https://") else _MARKS.sub(rf"{JOINER}\1", plain)


def teams(news: News) -> dict[str, Any]:
    """An adaptive card; text runs know no markup."""
    title = f"{_('Urgent')}: {news.title}" if news.is_urgent else news.title
    runs = [_run(title, weight="Bolder", size="Medium", **({"color": "Attention"} if news.is_urgent else {}))]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [*runs, *(_run(line) for line in news.lines if line)],
        "actions": [{"type": "Action.OpenUrl", "title": _("Open"), "url": news.url}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def _run(text: str, **looks: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": " ".join(text.split()), **looks}]}


def place(url: str) -> str:
    """An address by which its owner knows it again, and nobody can use it: `hooks.slack.com/…wXyZ`."""
    host = url.partition("://")[2].partition("/")[0]
    return f"{host}/…{url[-4:]}"
