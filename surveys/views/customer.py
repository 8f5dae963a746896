"""What a customer sees first: the question. Reading never writes; only a POST does."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.actions import contacts
from lib import languages
from lib.time import now
from surveys import pages, suspicion
from surveys.actions import answers
from surveys.answering import AnswerForm, plain
from surveys.glances import LONGEST_TOKEN, Glance, glance
from surveys.views.door import by_token, gone, on_to, private, render, see
from surveys.visits import Visit
from workspaces import tenancy
from workspaces.access import public


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, token: str) -> HttpResponse:
    """The question. `?score=` only pre-selects, because machines open every link of a mail."""
    at = now()
    if request.method == "POST" and _taken(request, token, at):
        return private(on_to("thanks", token, request))
    seen = glance(token)
    if seen is None or (request.method != "POST" and at >= seen.expires_at):
        return private(gone(request))
    wish = languages.known(request.GET.get("lang", ""))
    wishes = [wish, seen.locale, seen.ticket_locale, languages.of_browser(request), seen.account_locale, seen.language]
    page = pages.page_of(seen, languages.chosen(*wishes), wish, request.GET.get("score", ""))
    if request.method == "POST":
        with languages.spoken(page.language):
            return private(_answer(request, token, seen, page, at))
    suspicion.note_score_link(request, token, request.GET.get("score", ""), at)
    return private(HttpResponse(pages.drawn(page, token, suspicion.stamp(token, at))))


def _taken(request: HttpRequest, token: str, at: datetime) -> bool:
    """Whether it is the usual answer and was stored; whatever else it may be is looked at more closely."""
    said = plain(request.POST)
    if said is None or len(token) > LONGEST_TOKEN or suspicion.doubt(request, token, at):
        return False
    return answers.take(token=token, value=said[0], comment=said[1], at=at)


def _answer(request: HttpRequest, token: str, seen: Glance, page: pages.Page, at: datetime) -> HttpResponse:
    """Stored, and on to the thanks; or the form again with what was typed, and what is wrong with it."""
    form = AnswerForm(pages.question(seen), request.POST)
    if not form.is_valid():
        return HttpResponse(pages.drawn(page, token, suspicion.stamp(token, at), form), status=422)
    given = form.cleaned_data
    try:
        with tenancy.entered(seen.workspace_id):
            answers.answer(
                invitation=seen.invitation,
                value=given["score"],
                comment=given["comment"],
                replies=seen.replies,
                doubt=suspicion.doubt(request, token, at),
                at=at,
            )
    except answers.SurveyClosed:
        return gone(request)
    return on_to("thanks", token, request)


@by_token
def unsubscribe(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask no more: a page with a button for people, one POST for mail programs (RFC 8058)."""
    contact = visit.invitation.contact
    if request.method != "POST":
        return render(request, visit, "unsubscribe", {"contact": contact})
    contacts.set_opted_out(contact=contact, is_out="undo" not in request.POST, at=now(), by=None)
    if "List-Unsubscribe" in request.POST:
        return HttpResponse()  # one-click: a redirect would not be followed
    return see(request, visit, "unsubscribe")


@public
@csrf_exempt
def lost(request: HttpRequest) -> HttpResponse:
    """The address of a page of ours, of which a part was lost or changed on the way."""
    return private(gone(request))


@by_token
def hidden(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Where a link leads that people do not see: nowhere."""
    suspicion.note_hidden_link(request, visit.token)
    return gone(request)
