"""One customer at one of our pages: who they are to us, what they were asked, and how we show ourselves."""

from dataclasses import dataclass

from django.db.models import QuerySet, Subquery

from accounts.models import Account
from lib import languages
from surveys import scales
from surveys.models import Answer, Invitation, Look, Question, SurveySettings, Wish
from surveys.questions import Question as Asked
from surveys.questions import question
from workspaces import tenancy
from workspaces.models import Workspace


@dataclass(frozen=True)
class Visit:
    """`asked` is in the language that was spoken when the visit began."""

    invitation: Invitation
    token: str
    company: str
    look: Look
    given: Answer | None
    asked: Asked

    @property
    def offers_call(self) -> bool:
        """After a bad answer; only then is it of use."""
        return self.look.offers_call and self.given is not None and self._scale.is_bad(self.given.value)

    @property
    def asks_referral(self) -> bool:
        """After a good answer, if the workspace wants it."""
        return self.look.asks_referral and self.given is not None and self._scale.is_good(self.given.value)

    @property
    def _scale(self) -> scales.Scale:
        survey = self.invitation.survey
        return scales.scale_of(survey.kind, survey.points)


@dataclass(frozen=True)
class House:
    """What is the same in all mails and pages of a workspace: the name its customers know it by, and its look."""

    company: str
    look: Look


def house() -> House:
    """Of the entered workspace; the look without the picture itself, plain and unsaved until somebody changes it."""
    sender = SurveySettings.objects.values("sender_name")[:1]
    name, known_as = (
        Workspace.objects.annotate(known_as=Subquery(sender))
        .values_list("name", "known_as")
        .get(pk=tenancy.current_id())
    )
    found: Look | None = Look.objects.defer("logo").order_by("pk").first()
    return House(known_as or name, found or Look())


def invitation(pk: int) -> Invitation:
    """An invitation with all that its page and its mail show."""
    found: Invitation = Invitation.objects.select_related("survey", "account", "contact", "ticket").get(pk=pk)
    return found


def visit(invitation: Invitation, token: str, house: House) -> Visit:
    """In the active language."""
    given = Answer.objects.filter(invitation=invitation).first()
    return Visit(invitation, token, house.company, house.look, given, question(invitation, house.company))


def language_of_mail(invitation: Invitation, look: Look) -> str:
    """The contact's language, then the ticket's, the account's, and that of the workspace."""
    return languages.chosen(*_theirs(invitation), *_ours(invitation, look))


def language_of_page(invitation: Invitation, look: Look, wish: str, browser: str) -> str:
    """What was chosen on the page; then as in the mail, but that the browser comes before the account."""
    return languages.chosen(wish, *_theirs(invitation), browser, *_ours(invitation, look))


def _theirs(invitation: Invitation) -> list[str]:
    ticket = invitation.ticket.locale if invitation.ticket else ""
    return [invitation.locale or invitation.contact.locale, ticket]


def _ours(invitation: Invitation, look: Look) -> list[str]:
    return [invitation.account.locale, look.language]


def follow_ups(visit: Visit) -> list[Question]:
    """The questions that follow the score which was given, in their order."""
    if visit.given is None:
        return []
    rows = Question.objects.in_use().filter(survey=visit.invitation.survey_id).order_by("place", "pk")
    return [one for one in rows if one.is_for(visit.given.value)]


def wishes_of(account: Account) -> QuerySet[Wish]:
    """What people of this account wished for after answering; newest first."""
    found: QuerySet[Wish] = Wish.objects.filter(account=account).select_related("contact").order_by("-pk")
    return found


def wishes(answer: Answer) -> list[Wish]:
    """What was wished for after this answer, the first first."""
    return list(Wish.objects.filter(answer=answer).order_by("pk"))
