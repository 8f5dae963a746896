"""Asking many about the relationship: choose, look before, send, watch."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Contact
from accounts.stages import Stage
from lib.time import now
from segments import queries as segment_queries
from surveys import audience, gate, queries
from surveys.actions import waves
from surveys.forms import WaveForm
from surveys.gate import Asking, Verdict
from surveys.models import Refusal, Wave
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.queries import members

LISTED = 200


@requires(Capability.SEND_SURVEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_new(request: WorkspaceRequest) -> HttpResponse:
    """Choose accounts and roles; see who would be asked and who not; only then send."""
    choice = _choice(request)
    if request.method != "POST":
        initial = {
            "survey": request.GET.get("survey", ""),
            "spread_days": 0,
            "roles": [Contact.Role.DECISION_MAKER, Contact.Role.CHAMPION],
            "accounts": [account.pk for account in choice["accounts"]],
        }
        form = WaveForm(choice["accounts"], initial=initial, is_whole=choice["whole"] is not None)
        return render(request, "surveys/wave_new.html", choice | {"form": form})
    form = WaveForm(choice["accounts"], request.POST, is_whole=choice["whole"] is not None)
    if not form.is_valid():
        return render(request, "surveys/wave_new.html", choice | {"form": form}, status=422)
    wanted = {"accounts": choice["whole"], **form.cleaned_data}
    if "send" in request.POST:
        wave = waves.start_wave(
            name=wanted["name"],
            survey=wanted["survey"],
            account_ids=wanted["accounts"],
            roles=wanted["roles"],
            spread_days=wanted["spread_days"],
            at=now(),
            by=request.user,
        )
        return redirect("surveys:wave", wave.pk)
    asking = waves.asked_in(wanted["survey"], "", wanted["spread_days"], now())
    preview = _preview(asking, wanted["accounts"], wanted["roles"])
    return render(request, "surveys/wave_new.html", choice | {"form": form, "preview": preview})


def _choice(request: WorkspaceRequest) -> dict[str, Any]:
    """The accounts that the filters in the address leave, and the filters themselves.

    A segment too long to be listed is asked as a `whole`; one that is gone holds nobody, rather than everybody.
    """
    stage, owner, words = (request.GET.get(name, "").strip() for name in ("stage", "owner", "q"))
    stage = stage if stage in [*Stage.values, "any"] else ""
    segments = segment_queries.names()
    asked = request.GET.get("segment", "").strip()
    segment = next((pk for pk in segments if str(pk) == asked), None)
    is_gone = bool(asked) and segment is None
    found = audience.choosable_accounts(stage, int(owner) if owner.isdecimal() else None, words, segment)
    found = found.none() if is_gone else found
    total = found.count()
    return {
        "accounts": list(found[:LISTED]),
        "total": total,
        "whole": list(found.values_list("pk", flat=True)) if segment and total > LISTED else None,
        "limit": LISTED,
        "stages": Stage.choices,
        "members": members(),
        "segments": segments.items(),
        "segment": segment,
        "is_gone": is_gone,
        "stage": stage,
        "owner": owner,
        "q": words,
    }


def _preview(asking: Asking, account_ids: list[int], roles: list[str]) -> dict[str, Any]:
    """Who would be asked now, and who not; a sample is drawn for each wave anew."""
    survey = asking.survey
    people = audience.of_wave(survey, account_ids, roles).select_related("account").order_by("account__name", "pk")
    verdicts = {one.contact_id: one for one in gate.decide(asking, people, queries.settings())}
    asked, refused = _parted(list(people), verdicts)
    return {
        "asked": asked,
        "refused": sorted(refused.items(), key=lambda pair: -len(pair[1])),
        "total": len(verdicts),
        "sample": survey.sample_percent if survey.sample_percent < 100 else None,
    }


def _parted(people: list[Contact], verdicts: dict[int, Verdict]) -> tuple[list[Contact], dict[str, list[Contact]]]:
    asked: list[Contact] = []
    refused: dict[str, list[Contact]] = {}
    for person in people:
        reason = verdicts[person.pk].reason
        if reason:
            refused.setdefault(str(reason.label), []).append(person)
        else:
            asked.append(person)
    return asked, refused


@requires(Capability.VIEW)
def wave(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """How far a wave has come, and what became of each person."""
    one = get_object_or_404(Wave.objects.select_related("by", "survey"), pk=pk)
    progress = queries.wave_progress(one, now())
    context = {
        "wave": one,
        "progress": progress,
        "refused": [(str(Refusal.Reason(reason).label), times) for reason, times in progress.refused.items()],
        "invitations": queries.invitations_of(one)[:LISTED],
        "refusals": queries.refusals_in(one)[:LISTED],
        "limit": LISTED,
        "roles": [str(Contact.Role(role).label) for role in one.roles],
        "is_working": one.handled_at is None or progress.due > 0,
        "nav": "surveys",
    }
    return render(request, "surveys/wave.html" + ("#progress" if request.htmx else ""), context)
