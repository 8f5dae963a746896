"""How the timeline tells what happens to alerts and to the work of Today."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts import sentences
from alerts.rules import Rule
from lib.formatting import exact


def rule_label(rule: str) -> str:
    """The name of a rule that every workspace has, in the reader's language; the key of another one."""
    return str(dict(Rule.choices).get(rule, rule))


def _called(data: dict[str, Any]) -> str:
    return data.get("rule_name") or rule_label(data["rule"])


def alert_opened(data: dict[str, Any]) -> str:
    reason = sentences.happening(data["driver"]) if data.get("driver") else _called(data)
    return _("Alert: %(reason)s") % {"reason": reason}


def alert_closed(data: dict[str, Any]) -> str:
    template = _("Alert resolved: %(rule)s") if data["how"] == "resolved" else _("Alert over: %(rule)s")
    return template % {"rule": _called(data)}


def alert_acknowledged(data: dict[str, Any]) -> str:
    return _("Alert acknowledged: %(rule)s") % {"rule": _called(data)}


def alert_snoozed(data: dict[str, Any]) -> str:
    return _("Alert put off until %(until)s: %(reason)s") % {
        "until": exact(date.fromisoformat(data["until"])),
        "reason": data["reason"],
    }


def alert_assigned(data: dict[str, Any]) -> str:
    words = {"rule": _called(data), "name": data.get("name", "")}
    if not data.get("member"):
        return _("Alert handed back to the account’s owner: %(rule)s") % words
    return _("Alert assigned to %(name)s: %(rule)s") % words


def alert_escalated(data: dict[str, Any]) -> str:
    template = ngettext(
        "Alert went to the managers after %(n)s day untouched: %(rule)s",
        "Alert went to the managers after %(n)s days untouched: %(rule)s",
        data["days"],
    )
    return template % {"n": data["days"], "rule": _called(data)}


def work_dismissed(data: dict[str, Any]) -> str:
    return _("Taken off Today until %(until)s: %(reason)s") % {
        "until": exact(date.fromisoformat(data["until"])),
        "reason": data["reason"],
    }


def work_brought_back(data: dict[str, Any]) -> str:
    return _("Brought back to Today")
