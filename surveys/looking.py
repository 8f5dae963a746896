"""What a workspace chooses about how it shows itself to customers."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lib import languages
from surveys import pictures
from surveys.pictures import Picture

COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six digits or letters, such as #3445b4."))


class LookForm(forms.Form):
    """Each choice with its effect."""

    accent = forms.CharField(
        label=_("Your colour"),
        required=False,
        max_length=7,
        validators=[COLOUR],
        help_text=_(
            "For the button and the links, as #3445b4. It has to be readable on white; for dark screens a lighter tone"
            " is taken. The numbers to choose from stay neutral, so that no colour leans to one side."
        ),
    )
    reply_to = forms.EmailField(
        label=_("Replies go to"),
        required=False,
        max_length=254,
        help_text=_("An address that somebody reads. Empty: the sender of all mail."),
    )
    language = forms.ChoiceField(
        label=_("Language when nothing else is known"),
        required=False,
        help_text=_("Before it count the person's language, the ticket's, the browser's and the account's."),
    )
    offers_call = forms.BooleanField(
        label=_("After a bad answer, offer a call"),
        required=False,
        help_text=_("The owner of the account gets a task with it."),
    )
    asks_referral = forms.BooleanField(
        label=_("After a good answer, ask whom else you could help"),
        required=False,
        help_text=_("Name and address are kept with the answer, and the owner gets a task."),
    )
    review_url = forms.URLField(
        label=_("Public review page"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_("Shown to everybody who answers, whatever they answered; it cannot be limited to good answers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["language"]
        field.choices = [("", _("English")), *[one for one in languages.offered() if one[0] != languages.OURS]]

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).lower()

    def refuse_colour(self, readable: str) -> None:
        """It is too pale: say so, and which tone would do."""
        message = gettext("This is too pale to be read on white. %(tone)s is the nearest tone that can be read.")
        self.add_error("accent", message % {"tone": readable})


class LogoForm(forms.Form):
    """A picture file, judged by what is in it, not by its name."""

    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("PNG or JPEG, at most 16 kB, so that the page opens at once on a slow phone."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def clean_logo(self) -> Picture:
        file = self.cleaned_data["logo"]
        try:
            return pictures.read(file.read(pictures.MOST_BYTES + 1))
        except pictures.TooLarge:
            raise forms.ValidationError(gettext("At most 16 kB and 2,000 pixels a side; this one is larger.")) from None
        except pictures.NoPicture:
            raise forms.ValidationError(gettext("This is neither a PNG nor a JPEG picture.")) from None
