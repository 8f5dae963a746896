"""What people wished for, or offered, after they had answered."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from lib.rest import UtcDateTimeField
from surveys.models import Wish
from workspaces.api import IdParameter, Lists, OfAccount, Retrieves
from workspaces.scopes import Area


class WishSerializer(serializers.Serializer[Wish]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Wish.Kind.choices)
    answer = serializers.IntegerField(source="answer_id")
    account = serializers.IntegerField(source="account_id")
    contact = serializers.IntegerField(source="contact_id")
    name = serializers.CharField(help_text=gettext_lazy("Whom they recommend us to."))
    reach = serializers.CharField(help_text=gettext_lazy("Their number, or the other person's address."))
    words = serializers.CharField(help_text=gettext_lazy("When to call, or a greeting."))
    at = UtcDateTimeField()


class WishFilters(OfAccount):
    kind = serializers.ChoiceField(Wish.Kind.choices, required=False)
    answer = IdParameter()
    since = UtcDateTimeField(source="at__gte", required=False)
    until = UtcDateTimeField(source="at__lt", required=False)


class WishViewSet(Lists, Retrieves):
    """Calls that were wished for, and people whom we were recommended to."""

    model = Wish
    area = Area.SURVEYS
    filters = WishFilters
    serializer_class = WishSerializer

    def rows(self) -> QuerySet[Wish]:
        found: QuerySet[Wish] = Wish.objects.all()
        return found
