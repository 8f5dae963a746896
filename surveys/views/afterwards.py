"""What a customer sees after answering: thanks, what follows the score, and what they may wish for."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from lib.time import now
from surveys import suspicion, visits
from surveys.actions import answers, wishes
from surveys.answering import CallForm, ReferralForm, RepliesForm
from surveys.models import Answer, Wish
from surveys.views.door import Page, by_token, gone, render, see
from surveys.visits import Visit


def answered(page: Callable[[HttpRequest, Visit, Answer], HttpResponse]) -> Page:
    """Only for who has answered; others are led to the question, or told that there is none any more."""

    @wraps(page)
    def guarded(request: HttpRequest, visit: Visit) -> HttpResponse:
        if visit.given is None:
            return see(request, visit, "respond") if visit.invitation.is_open(now()) else gone(request)
        return page(request, visit, visit.given)

    return guarded


@by_token
@answered
def thanks(request: HttpRequest, visit: Visit, given: Answer) -> HttpResponse:
    """Thanks, with the questions that follow this score; a POST brings the replies."""
    questions = visits.follow_ups(visit)
    form = RepliesForm(questions, request.POST if request.method == "POST" else None, given.replies)
    if request.method != "POST":
        return _thanks(request, visit, replies=form)
    if not form.is_valid():
        return _thanks(request, visit, replies=form, status=422)
    try:
        answers.answer(
            invitation=visit.invitation,
            value=given.value,
            comment=given.comment,
            replies=form.replies(),
            doubt=suspicion.confirmation_doubt(request, visit.token, now()),
            at=now(),
        )
    except answers.SurveyClosed:
        return gone(request)
    return see(request, visit, "thanks", done="replies")


@by_token
@answered
def confirm(request: HttpRequest, visit: Visit, given: Answer) -> HttpResponse:
    """The person says that it was they who answered, not a machine that looks through their mail."""
    if request.method == "POST" and not suspicion.confirmation_doubt(request, visit.token, now()):
        with suppress(answers.NotDoubtful):  # a second click
            answers.clear_doubt(answer=given, at=now(), by=None)
    return see(request, visit, "thanks")


@by_token
@answered
def call(request: HttpRequest, visit: Visit, given: Answer) -> HttpResponse:
    """They may be called: where and when."""
    return _wish(request, visit, "call", CallForm(request.POST), wishes.wish_call, is_offered=visit.offers_call)


@by_token
@answered
def refer(request: HttpRequest, visit: Visit, given: Answer) -> HttpResponse:
    """Whom else we could help, in their opinion."""
    return _wish(request, visit, "referral", ReferralForm(request.POST), wishes.refer, is_offered=visit.asks_referral)


def _wish(
    request: HttpRequest, visit: Visit, part: str, form: forms.Form, keep: Callable[..., object], *, is_offered: bool
) -> HttpResponse:
    """Keep what was typed into one part of the page, if that is offered."""
    if request.method != "POST":
        return see(request, visit, "thanks")
    if not is_offered:
        return gone(request)
    if not form.is_valid():
        return _thanks(request, visit, wish={part: form}, status=422)
    keep(answer=visit.given, **form.cleaned_data, at=now())
    return see(request, visit, "thanks", done=part)


def _thanks(
    request: HttpRequest,
    visit: Visit,
    *,
    replies: RepliesForm | None = None,
    wish: Mapping[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    given = visit.given
    assert given is not None  # noqa: S101  who is here has answered
    replies = replies or RepliesForm(visits.follow_ups(visit), None, given.replies)
    wished = visits.wishes(given)
    context: dict[str, Any] = {
        "replies": replies,
        "questions": replies.shown(),
        "is_replied": bool(given.replies),
        "done": request.GET.get("done", ""),
        "is_doubted": not given.is_counted,
        "offers_call": visit.offers_call,
        "called": next((one for one in wished if one.kind == Wish.Kind.CALL), None),
        "asks_referral": visit.asks_referral,
        "referred": [one for one in wished if one.kind == Wish.Kind.REFERRAL],
        "is_open": visit.invitation.is_open(now()),
        "kept": {"done": request.GET["done"]} if request.GET.get("done") else {},
        **(wish or {}),
    }
    return render(request, visit, "thanks", context, status=status)
