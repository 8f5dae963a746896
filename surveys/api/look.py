"""What mails and pages look like to customers, and what follows an answer."""

import base64
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lib import languages
from lib.time import now
from surveys import pictures, visits
from surveys.actions import looks
from surveys.looking import COLOUR
from surveys.models import Look
from surveys.pictures import Picture
from workspaces.api import Fields, Settings, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

LONGEST_LOGO = pictures.MOST_BYTES * 4 // 3 + 4  # in Base64


@extend_schema_field({"type": "string", "format": "byte", "maxLength": LONGEST_LOGO})
class LogoField(serializers.Field[Any, Any, Any, Any]):
    """A PNG or JPEG in Base64."""

    def to_internal_value(self, data: Any) -> Picture:
        try:
            if not isinstance(data, str):
                raise pictures.NoPicture
            return pictures.read(base64.b64decode(data, validate=True))
        except pictures.TooLarge:
            raise serializers.ValidationError(_("At most 16 kB and 2,000 pixels a side.")) from None
        except (pictures.NoPicture, ValueError):
            raise serializers.ValidationError(_("This is neither a PNG nor a JPEG picture, in Base64.")) from None


@example("Blue, with a call offered after a bad answer", accent="#3445b4", offers_call=True)
class LookSerializer(serializers.Serializer[Look]):
    accent = serializers.CharField(
        max_length=7, allow_blank=True, help_text=gettext_lazy("`#3445b4`, readable on white; empty: ours.")
    )
    dark_accent = serializers.CharField(
        read_only=True, help_text=gettext_lazy("Its tone for dark screens, which follows from it.")
    )
    logo = LogoField(
        write_only=True,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("A PNG or JPEG of at most 16 kB, in Base64; null takes it away."),
    )
    logo_path = serializers.SerializerMethodField(
        help_text=gettext_lazy("Where customers see it; null: there is none.")
    )
    reply_to = serializers.EmailField(max_length=254, allow_blank=True)
    language = serializers.ChoiceField(
        languages.offered(),
        allow_blank=True,
        help_text=gettext_lazy("When nothing else tells the reader's; empty: English."),
    )
    offers_call = serializers.BooleanField(help_text=gettext_lazy("After a bad answer."))
    asks_referral = serializers.BooleanField(help_text=gettext_lazy("After a good answer."))
    review_url = serializers.URLField(
        max_length=300, allow_blank=True, help_text=gettext_lazy("Shown to everybody who answers.")
    )

    def validate_accent(self, value: str) -> str:
        if value:
            COLOUR(value)
        return value.lower()

    def get_logo_path(self, look: Look) -> str | None:
        return reverse("surveys:look_logo", args=[look.key]) if look.logo_width else None


class LookViewSet(Settings):
    """How this workspace shows itself to those whom it asks. Sender and working hours are in `surveys/settings/`."""

    model = Look
    area = Area.SURVEYS
    serializer_class = LookSerializer
    read_capability = Capability.CONFIGURE_HEALTH
    write_capability = Capability.CONFIGURE_HEALTH

    def current(self) -> Look:
        return visits.house().look

    def change(self, fields: Fields) -> None:
        try:
            looks.change_look(changes=fields, at=now(), by=self.by)
        except looks.TooPale as error:
            message = _("This is too pale to be read on white. %(tone)s is the nearest tone that can be read.")
            raise serializers.ValidationError({"accent": [message % {"tone": error}]}) from error
        if "logo" in fields:
            looks.set_logo(picture=fields["logo"], at=now(), by=self.by)
