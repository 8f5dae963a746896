"""What people type about the people at customers."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.own import OwnFieldsMixin
from accounts.languages import OFFERED
from accounts.models import Contact, CustomField, Persona
from accounts.queries.persona import personas_offered
from lib.names import refuse_unseen
from lib.time import DAY

EXTERNAL_ID = re.compile(r"(?P<source>[a-zA-Z0-9_-]{1,40})\s*[:=]\s*(?P<value>\S.{0,119})")

PLAIN = ("name", "email", "title", "phone", "role", "locale", "persona", "influence", "stance", "time_zone")


@cache
def zone_options() -> SafeString:
    """Every time zone as an option of a datalist: a widget's template would take longer than the page."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return format_html_join("", '<option value="{}"></option>', ((name,) for name in places))


class ContactForm(OwnFieldsMixin):
    """A person at a customer."""

    narrow = (
        "email", "title", "phone", "persona", "influence", "stance", "locale", "time_zone", "consent", "consent_on",
        "consent_source", "external_id",
    )  # fmt: skip

    sections = (
        (_("How they matter"), ("influence", "stance", "persona")),
        (_("How to reach them"), ("phone", "locale", "time_zone", "external_id")),
        (_("What they agreed to"), ("consent", "consent_on", "consent_source", "opted_out")),
    )

    name = forms.CharField(label=_("Name"), max_length=200, validators=[refuse_unseen])
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Contact.Role.choices,
        initial=Contact.Role.END_USER,
        widget=forms.RadioSelect,
        help_text=_("A bad answer from a decision maker is an urgent alert."),
    )
    influence = forms.ChoiceField(
        label=_("Influence"), choices=[("", _("Not known")), *Contact.Influence.choices], required=False
    )
    stance = forms.ChoiceField(
        label=_("Attitude towards us"), choices=[("", _("Not known")), *Contact.Stance.choices], required=False
    )
    persona: "forms.ModelChoiceField[Persona]" = forms.ModelChoiceField(
        label=_("Persona"), queryset=None, required=False, empty_label=_("None")
    )
    locale = forms.ChoiceField(label=_("Language"), choices=OFFERED, required=False)
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
        help_text=_("For example Europe/Berlin."),
    )
    external_id = forms.CharField(
        label=_("Id in another system"), required=False, max_length=170, help_text=_("For example “crm: 4711”.")
    )
    consent = forms.ChoiceField(
        label=_("Consent to be written to"),
        choices=Contact.Consent.choices,
        required=False,
        help_text=_("Who has withdrawn it gets no surveys."),
    )
    consent_on = forms.DateField(
        label=_("Given or withdrawn on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today, if you leave it empty."),
    )
    consent_source = forms.CharField(
        label=_("How we know"), max_length=200, required=False, help_text=_("For example “form on our website”.")
    )

    def __init__(self, *args: Any, today: date, contact: Contact | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        also = contact.persona_id if contact else None
        self.fields["persona"].queryset = personas_offered(also)  # type: ignore[attr-defined]
        if contact and contact.locale not in dict(OFFERED):
            self.fields["locale"].choices = [*OFFERED, (contact.locale, contact.locale)]  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip().replace(" ", "_")
        if zone and zone not in available_timezones():
            raise forms.ValidationError(gettext("“%(zone)s” is no time zone of the IANA list.") % {"zone": zone})
        return zone

    def clean_external_id(self) -> tuple[str, str]:
        """(system, id), both empty without one."""
        text = str(self.cleaned_data["external_id"]).strip()
        match = EXTERNAL_ID.fullmatch(text)
        if text and match is None:
            raise forms.ValidationError(gettext("“%(text)s” is not a system and an id.") % {"text": text})
        return (match["source"].lower(), match["value"].strip()) if match else ("", "")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day = data.get("consent_on")
        if day and not data.get("consent"):
            self.add_error("consent", gettext("Say whether it was given or withdrawn on that day."))
        if day and day > self.today + DAY:
            self.add_error("consent_on", gettext("This day has not come yet."))  # tomorrow has begun somewhere
        return data

    def changes(self) -> dict[str, Any]:
        data = self.cleaned_data
        source, external_id = data["external_id"]
        changes = {name: data[name] for name in (*PLAIN, "consent", "consent_source")}
        if "consent_on" in self.changed_data and data["consent_on"]:
            changes["consent_at"] = timezone.make_aware(datetime.combine(data["consent_on"], time()))
        return {**changes, "source": source, "external_id": external_id, "custom": self.own_values()}


class ContactEditForm(ContactForm):
    """A person who stands already: they may also have left, or asked for no surveys."""

    opted_out = forms.BooleanField(label=_("Does not want surveys"), required=False)
    has_left = forms.BooleanField(label=_("Has left the company"), required=False)

    @staticmethod
    def values_of(contact: Contact, own: Sequence[CustomField] = ()) -> dict[str, Any]:
        values = {name: getattr(contact, name) for name in (*PLAIN, "consent", "consent_source")}
        return {
            **values,
            "persona": contact.persona_id,
            **ContactForm.own_values_of(own, contact.custom),
            "consent_on": contact.consent_at.astimezone(timezone.get_current_timezone()).date()
            if contact.consent_at
            else None,
            "external_id": f"{contact.source}: {contact.external_id}" if contact.external_id else "",
            "opted_out": contact.opted_out,
            "has_left": contact.left_at is not None,
        }
