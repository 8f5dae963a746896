"""What help desks call the priority and the topic of a ticket, in our words. No Django, no database."""

import re
from collections.abc import Mapping

_WORD = re.compile(r"[^\W\d_]+")
_NOISE = frozenset("p prio priority priorität type ticket system".split())


def _listed(words: Mapping[str, str]) -> dict[str, str]:
    return {name: ours for ours, names in words.items() for name in names.split()}


PRIORITIES = _listed(
    {
        "low": "low lowest minor trivial niedrig gering basse baja baixa 低",
        "normal": "normal medium moderate standard default mittel moyenne media média 中 普通",
        "high": "high major important hoch haute alta 高",
        "urgent": "urgent critical highest blocker emergency immediate dringend kritisch urgente crítica 紧急 緊急",
    }
)
TOPICS = _listed(
    {
        "question": "question questions inquiry enquiry howto advice frage anfrage pregunta 问题咨询 咨询 諮詢",
        "problem": "problem incident issue bug error fault defect outage störung incidente 故障 事件",
        "request": "request task change feature wish order auftrag wunsch solicitud demande 请求 請求 需求",
    }
)


def priority(said: str) -> str:
    """low, normal, high or urgent; empty for what is none of them. Numbers say nothing: 1 is highest in some systems.

    `2 normal`, `MEDIUM` and `Priority 1 - Critical` are understood; `not urgent` is not.
    """
    words = _words(said)
    return PRIORITIES.get(words[0], "") if len(words) == 1 else ""


def topic(said: str) -> str:
    """question, problem or request, by the last word: `FEATURE_REQUEST`, `Billing issue`; empty for anything else."""
    words = _words(said)
    return TOPICS.get(words[-1], "") if words else ""


def _words(said: str) -> list[str]:
    return [word for word in _WORD.findall(said.casefold()) if word not in _NOISE]
