"""What can name somebody: text of which something is seen."""

from unicodedata import category

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Letters by their category, and yet nothing is seen: fillers of Hangul, and Braille without a dot.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_seen(text: str) -> bool:
    """Whether it holds a letter, digit, mark of punctuation or symbol, rather than space and direction alone."""
    return any(category(letter)[0] in "LNPS" and letter not in _FILLERS for letter in text)


def refuse_unseen(text: str) -> None:
    """A validator, of forms and serializers alike."""
    if not is_seen(text):
        raise ValidationError(_("This field may not be blank."), code="blank")
