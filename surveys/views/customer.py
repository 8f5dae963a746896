"""What a customer sees first: the question. Reading never writes; only a POST does."""

from django.http import HttpRequest, HttpResponse

from accounts.actions import contacts
from lib.time import now
from surveys import suspicion
from surveys.actions import answers
from surveys.answering import AnswerForm
from surveys.views.door import by_token, gone, render, see
from surveys.visits import Visit


@by_token
def respond(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The question. `?score=` only pre-selects, because machines open every link of a mail."""
    if request.method == "POST":
        return _answer(request, visit)
    if not visit.invitation.is_open(now()):
        return gone(request)
    if "score" in request.GET:
        suspicion.note_score_link(request, visit.token, request.GET["score"], now())
    return _page(request, visit)


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


@by_token
def hidden(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Where a link leads that people do not see: nowhere."""
    suspicion.note_hidden_link(request, visit.token)
    return gone(request)


def _answer(request: HttpRequest, visit: Visit) -> HttpResponse:
    form = AnswerForm(visit.asked, request.POST)
    if not form.is_valid():
        return _page(request, visit, form)
    given, at = form.cleaned_data, now()
    try:
        answers.answer(
            invitation=visit.invitation,
            value=given["score"],
            comment=given["comment"],
            replies=visit.given.replies if visit.given else None,
            doubt=suspicion.doubt(request, visit.token, at),
            at=at,
        )
    except answers.SurveyClosed:
        return gone(request)
    return see(request, visit, "thanks")


def _page(request: HttpRequest, visit: Visit, form: AnswerForm | None = None) -> HttpResponse:
    """The form: what was typed if it was wrong, else the score from the mail, else the answer as it stands."""
    given, from_mail = visit.given, _score_of(request, visit)
    chosen = from_mail if from_mail is not None else (given.value if given else None)
    comment = given.comment if given else ""
    if form:
        chosen, comment = form.data.get("score"), form.data.get("comment", "")
    context = {
        "is_preselected": form is None and from_mail is not None and (given is None or given.value != from_mail),
        "chosen": str(chosen) if chosen is not None else "",
        "comment": comment,
        "form": form,
        "kept": {"score": str(from_mail)} if from_mail is not None else {},
    }
    return render(request, visit, "respond", context, status=422 if form else 200)


def _score_of(request: HttpRequest, visit: Visit) -> int | None:
    text = request.GET.get("score", "")
    return next((choice.value for choice in visit.asked.choices if str(choice.value) == text), None)
