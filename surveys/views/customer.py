"""What a customer sees: no sign-in, no cookie, no script. Reading never writes; only a POST does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.actions import contacts
from lib.time import now
from surveys import queries
from surveys.actions import answers
from surveys.forms import AnswerForm
from surveys.models import Invitation
from surveys.questions import Question, question, spoken
from workspaces import tenancy
from workspaces.access import public
from workspaces.secrets import digest

Page = Callable[[HttpRequest, Invitation, str], HttpResponse]


class SeeOther(HttpResponseRedirect):
    """After a POST: look there, with a GET."""

    status_code = 303


def by_token(page: Page) -> Callable[..., HttpResponse]:
    """Find the invitation behind a link's secret, enter its workspace, speak its reader's language.

    There is no session to protect from forged requests: the secret in the address is the permission.
    """

    @public
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        place = tenancy.locate("surveys_invitation_of", digest(token))
        language = get_language_from_request(request)
        if place is None:
            with spoken(language):
                return _private(_page("surveys/unknown.html", {}, status=404))
        workspace_id, pk = place
        with tenancy.entered(workspace_id):
            invitation = queries.invitation(pk)
            with spoken(invitation.locale, language):
                return _private(page(request, invitation, token))

    return found


@by_token
def respond(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The question. `?score=` only pre-selects, because machines open every link of a mail."""
    asked = question(invitation)
    if not invitation.is_open(now()):
        return _page("surveys/closed.html", {"asked": asked, "token": token}, status=410)
    if request.method != "POST":
        return _question_page(request, invitation, asked, token)
    form = AnswerForm(asked, request.POST)
    if not form.is_valid():
        return _question_page(request, invitation, asked, token, form)
    given = form.cleaned_data
    try:
        answers.answer(invitation=invitation, value=given["score"], comment=given["comment"], at=now())
    except answers.SurveyClosed:
        return _page("surveys/closed.html", {"asked": asked, "token": token}, status=410)
    return SeeOther(reverse("surveys:respond", args=[token]) + "?done=1")


@by_token
def unsubscribe(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Ask no more: a page with a button for people, one POST for mail programs (RFC 8058)."""
    contact = invitation.contact
    if request.method != "POST":
        context = {"asked": question(invitation), "contact": contact, "token": token}
        return _page("surveys/unsubscribe.html", context)
    contacts.set_opted_out(contact=contact, is_out="undo" not in request.POST, at=now(), by=None)
    if "List-Unsubscribe" in request.POST:
        return HttpResponse()  # one-click: a redirect would not be followed
    return SeeOther(reverse("surveys:unsubscribe", args=[token]))


def _question_page(
    request: HttpRequest, invitation: Invitation, asked: Question, token: str, form: AnswerForm | None = None
) -> HttpResponse:
    """The form: what was typed if it was wrong, else the score from the mail, else the answer as it stands."""
    given = queries.answer_to(invitation)
    from_mail = _score_of(request, asked)
    chosen = from_mail if from_mail is not None else (given.value if given else None)
    comment = given.comment if given else ""
    if form:
        chosen, comment = form.data.get("score"), form.data.get("comment", "")
    context = {
        "invitation": invitation,
        "asked": asked,
        "token": token,
        "given": given,
        "is_thanks": given is not None and "done" in request.GET,
        "is_preselected": form is None and from_mail is not None and (given is None or given.value != from_mail),
        "chosen": str(chosen) if chosen is not None else "",
        "comment": comment,
        "form": form,
    }
    return _page("surveys/respond.html", context, status=422 if form else 200)


def _score_of(request: HttpRequest, asked: Question) -> int | None:
    text = request.GET.get("score", "")
    return next((choice.value for choice in asked.choices if str(choice.value) == text), None)


def _page(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Without the request, so that nothing of the signed-in pages (session, messages) comes near."""
    return HttpResponse(render_to_string(template, context), status=status)


def _private(response: HttpResponse) -> HttpResponse:
    """The address holds a secret: it is not cached, indexed or passed on."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
