"""What customers say, what it is about, and what we change because of it."""

from voice.models.digest import Rhythm, Subscription, VoiceSettings
from voice.models.improvement import Improvement, ImprovementQuerySet, Measure
from voice.models.remark import UNHAPPY, Feeling, Mention, Remark, RemarkQuerySet, Rereading, Source
from voice.models.theme import LANGUAGES, Rise, Suggestion, Theme, ThemeQuerySet

__all__ = [
    "LANGUAGES",
    "UNHAPPY",
    "Feeling",
    "Improvement",
    "ImprovementQuerySet",
    "Measure",
    "Mention",
    "Remark",
    "RemarkQuerySet",
    "Rereading",
    "Rhythm",
    "Rise",
    "Source",
    "Subscription",
    "Suggestion",
    "Theme",
    "ThemeQuerySet",
    "VoiceSettings",
]
