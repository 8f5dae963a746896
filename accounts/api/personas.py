"""Personas over the API."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.actions import personas as persona_actions
from accounts.api.marks import IsSetField
from accounts.models import Persona
from accounts.queries.persona import personas
from lib.names import refuse_unseen
from lib.time import now
from workspaces.api import Creates, Fields, Lists, Retrieves, Updates, example
from workspaces.scopes import Area

LONGEST = 2000


@example("A kind of person", name="Head of IT", goals="Quiet nights", speaks_to="Root causes and dates")
class PersonaSerializer(serializers.Serializer[Persona]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80, validators=[refuse_unseen])
    goals = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    pains = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    found_at = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    speaks_to = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    contacts = serializers.IntegerField(
        source="people", read_only=True, help_text=gettext_lazy("How many contacts, still there, are one.")
    )
    retired = IsSetField(source="retired_at", required=False, help_text=gettext_lazy("Is offered no more."))


class PersonaFilters(serializers.Serializer[Persona]):
    name = serializers.CharField(source="name__iexact", max_length=80, required=False)


class PersonaViewSet(Lists, Retrieves, Creates, Updates):
    """The kinds of people this workspace sells to and serves."""

    model = Persona
    area = Area.ACCOUNTS
    filters = PersonaFilters
    serializer_class = PersonaSerializer

    def rows(self) -> QuerySet[Persona]:
        return personas()

    def add(self, fields: Fields) -> Persona:
        is_retired = fields.pop("retired_at", False)
        try:
            persona = persona_actions.add_persona(**fields, at=now(), by=self.by)
        except persona_actions.NameTaken as taken:
            raise _name_taken() from taken
        return persona_actions.set_retired(persona=persona, is_retired=is_retired, at=now(), by=self.by)

    def change(self, row: Persona, fields: Fields) -> None:
        try:
            persona_actions.update_persona(persona=row, changes=fields, at=now(), by=self.by)
        except persona_actions.NameTaken as taken:
            raise _name_taken() from taken
        if "retired_at" in fields:
            persona_actions.set_retired(persona=row, is_retired=fields["retired_at"], at=now(), by=self.by)


def _name_taken() -> serializers.ValidationError:
    return serializers.ValidationError({"name": [_("Another persona, maybe a retired one, has this name.")]})
