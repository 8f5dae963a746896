"""Members, invitations, tokens, the audit trail and how long data is kept, over the API."""

from typing import Any

from django.conf import settings as django_settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from workspaces import actions, queries, tenancy
from workspaces.api import ByField, Fields, Lists, Own, Retrieves, Settings, example
from workspaces.capabilities import Capability, Role
from workspaces.forms import LONGEST_KEPT, places
from workspaces.models import ApiToken, AuditEvent, Invitation, Member, RetentionRule, User, Workspace
from workspaces.registry import retained
from workspaces.scopes import Area


class MemberSerializer(serializers.Serializer[Member]):
    id = serializers.IntegerField()
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(Role.choices)
    started_at = UtcDateTimeField()


class MemberFilters(serializers.Serializer[Member]):
    role = serializers.ChoiceField(Role.choices, required=False)


class MemberViewSet(Lists, Retrieves):
    """The people who work here."""

    model = Member
    area = Area.ADMIN
    filters = MemberFilters
    serializer_class = MemberSerializer
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Member]:
        return queries.members()


class MemberInvitationSerializer(serializers.Serializer[Invitation]):
    id = serializers.IntegerField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices)
    invited_by = ByField("invited_by")
    created_at = UtcDateTimeField()
    expires_at = UtcDateTimeField()
    revoked_at = UtcDateTimeField(allow_null=True)


class MemberInvitationViewSet(Lists, Retrieves):
    """People who were asked to join and can still accept. Their links are known to them alone."""

    model = Invitation
    area = Area.ADMIN
    serializer_class = MemberInvitationSerializer
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Invitation]:
        return queries.open_invitations(now())

    @extend_schema(summary=gettext_lazy("Withdraw"), request=None, responses=MemberInvitationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Its link works no more."""
        row = self.get_object()
        actions.withdraw_invitation(invitation=row, at=now(), by=self.by)
        return Response(self.get_serializer(row).data)


class TokenSerializer(serializers.Serializer[ApiToken]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text=gettext_lazy("How it begins; the rest is known to nobody."))
    scopes = serializers.ListField(child=serializers.CharField())
    created_by = ByField("created_by")
    created_at = UtcDateTimeField()
    expires_at = UtcDateTimeField(allow_null=True)
    last_used_at = UtcDateTimeField(allow_null=True)


class TokenViewSet(Lists, Retrieves):
    """API tokens that have not been revoked. New ones are issued on their page, by a person."""

    model = ApiToken
    area = Area.ADMIN
    serializer_class = TokenSerializer
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[ApiToken]:
        return queries.api_tokens()

    @extend_schema(summary=gettext_lazy("Revoke"), request=None, responses=TokenSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """It is refused from now on. This cannot be undone."""
        row = self.get_object()
        if self.by is None:
            raise PermissionDenied
        actions.revoke_token(token=row, at=now(), by=self.by)
        return Response(self.get_serializer(row).data)


class AuditEventSerializer(serializers.Serializer[AuditEvent]):
    id = serializers.IntegerField()
    at = UtcDateTimeField()
    kind = serializers.CharField()
    subject = serializers.CharField()
    detail = serializers.DictField(child=serializers.JSONField(allow_null=True))
    by = ByField("user")
    token = serializers.CharField(source="token.name", allow_null=True, default=None)


class AuditEventFilters(serializers.Serializer[AuditEvent]):
    kind = serializers.CharField(required=False, max_length=60)
    since = UtcDateTimeField(source="at__gte", required=False)
    until = UtcDateTimeField(source="at__lt", required=False)


class AuditEventViewSet(Lists, Retrieves):
    """What members, tokens and the system did, oldest first. It never changes."""

    model = AuditEvent
    area = Area.ADMIN
    filters = AuditEventFilters
    serializer_class = AuditEventSerializer
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Any]:
        return queries.audit_trail()


@example("Mails for two months, the timeline for good", days={"mail_texts": 60, "timeline": None})
class RetentionSerializer(serializers.Serializer[Any]):
    days = serializers.DictField(
        child=serializers.IntegerField(allow_null=True, min_value=1, max_value=LONGEST_KEPT),
        help_text=gettext_lazy("By kind of data; null keeps it for good, where that is possible. Others stay."),
    )

    def validate_days(self, said: dict[str, int | None]) -> dict[str, int | None]:
        wrong = {kind: [text] for kind, days in said.items() if (text := _problem(kind, days))}
        if wrong:
            raise serializers.ValidationError(wrong)
        return said


def _problem(kind: str, days: int | None) -> str:
    """What is wrong with keeping this kind for so many days; empty if nothing is."""
    about = retained.get(kind)
    if about is None:
        return _("There is no such kind of data.")
    most = about.most or LONGEST_KEPT
    if days is None:
        return _("This cannot be kept for good: give a number of days.") if about.most else ""
    is_fine = about.least <= days <= most
    return "" if is_fine else _("From %(least)d to %(most)d days.") % {"least": about.least, "most": most}


class RetentionViewSet(Settings):
    """For how many days each kind of data is kept."""

    model = RetentionRule
    area = Area.ADMIN
    serializer_class = RetentionSerializer
    read_capability = Capability.ADMINISTER

    def current(self) -> Fields:
        return {"days": {one.about.kind: one.days for one in queries.kept()}}

    def change(self, fields: Fields) -> None:
        actions.set_retention(days=fields.get("days", {}), at=now(), by=self.by)


class OwnWorkspaceSerializer(serializers.Serializer[Workspace]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    erase_at = UtcDateTimeField(allow_null=True, help_text=gettext_lazy("When all of it will be erased; null: never."))


@example("In Vienna, in German", language="de", time_zone="Europe/Vienna")
class ProfileSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(read_only=True, allow_null=True)
    role = serializers.ChoiceField(Role.choices, read_only=True, allow_null=True)
    name = serializers.CharField(max_length=120)
    language = serializers.ChoiceField(django_settings.MEMBER_LANGUAGES)
    time_zone = serializers.ChoiceField(places(), help_text=gettext_lazy("A name of the IANA list."))
    theme = serializers.ChoiceField(User.Theme.choices)
    scopes = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text=gettext_lazy("Of the token; empty for a member.")
    )
    workspace = OwnWorkspaceSerializer(read_only=True)


class ProfileViewSet(Own, Settings):
    """Who asks, and in which workspace: the member, or whoever made the token; with nobody behind it, as a newcomer."""

    model = User
    area = Area.NOTICES
    serializer_class = ProfileSerializer
    write_capability = Capability.VIEW

    def current(self) -> Fields:
        member = self.member
        token: Any = self.request.auth
        user = member.user if member else User()
        return {
            "email": user.email or None,
            "role": member.role if member else None,
            **{name: getattr(user, name) for name in actions.PROFILE},
            "scopes": token.scopes if token else [],
            "workspace": queries.workspace(tenancy.current_id()),
        }

    def change(self, fields: Fields) -> None:
        member = self.member
        if member is None:
            raise Conflict(_("This token is nobody's: there is nobody to change."))
        actions.update_profile(user=member.user, changes=fields)


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("members", MemberViewSet, basename="members")
    router.register("member-invitations", MemberInvitationViewSet, basename="member-invitations")
    router.register("tokens", TokenViewSet, basename="tokens")
    router.register("audit-events", AuditEventViewSet, basename="audit-events")
    router.register("retention", RetentionViewSet, basename="retention")
    router.register("profile", ProfileViewSet, basename="profile")
