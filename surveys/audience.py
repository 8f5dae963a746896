"""Whom a survey is for: a segment's accounts, personas, roles. A choice that was put away holds nobody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts import queries as account_queries
from accounts.models import Account, Contact, Persona
from accounts.stages import CUSTOMER, Stage
from segments import queries as segment_queries
from segments.models import Segment
from surveys.models import Survey


@dataclass(frozen=True)
class Gap:
    """What a survey's audience names that is no longer there; until it names something else, that holds nobody."""

    segment: str
    personas: list[str]

    def __bool__(self) -> bool:
        return bool(self.segment or self.personas)


def is_narrow(survey: Survey) -> bool:
    """Whether it is for some only."""
    return bool(survey.segment_id or survey.persona_ids or survey.roles)


def of(survey: Survey, people: QuerySet[Contact]) -> QuerySet[Contact]:
    """Those of `people` whom a survey is for."""
    if survey.roles:
        people = people.filter(role__in=survey.roles)
    if survey.persona_ids:
        people = people.filter(persona__in=Persona.objects.in_use().filter(pk__in=survey.persona_ids))
    if survey.segment_id:
        living = Segment.objects.live().filter(pk=survey.segment_id).exists()
        people = people.filter(account__in=segment_queries.member_ids(survey.segment_id)) if living else people.none()
    return people


def of_accounts(survey: Survey, account_ids: Collection[int]) -> QuerySet[Contact]:
    """The people at these accounts whom a survey is for."""
    return of(survey, Contact.objects.present().filter(account_id__in=account_ids))


def of_wave(survey: Survey, account_ids: Collection[int], roles: Collection[str]) -> QuerySet[Contact]:
    """The people a wave is for, in these roles, still with these accounts; without accounts, with all customers."""
    people = Contact.objects.present()
    if account_ids:
        people = people.filter(account_id__in=account_ids)
    elif not survey.segment_id:
        people = people.filter(account__stage__in=CUSTOMER)
    return of(survey, people.filter(role__in=roles) if roles else people)


def gap(survey: Survey, personas: Iterable[Persona]) -> Gap:
    """What was put away of a survey's audience, of whose personas these are all there are."""
    segment = survey.segment
    is_gone = segment is not None and (segment.archived_at or segment.deleted_at)
    return Gap(segment.name if segment and is_gone else "", [one.name for one in personas if one.retired_at])


def choosable_accounts(
    stage: str = "", owner_id: int | None = None, words: str = "", segment_id: int | None = None
) -> QuerySet[Account]:
    """Accounts a wave can be sent to, by name: present customers, unless a stage is named (`any`: all)."""
    stages = CUSTOMER if not stage else Stage.values if stage == "any" else [stage]
    ids = segment_queries.member_ids(segment_id) if segment_id else None
    found = account_queries.matching(account_queries.Filter(words=words, owner=owner_id or "", ids=ids))
    return found.filter(stage__in=stages).select_related("owner__user").order_by("name", "pk")
