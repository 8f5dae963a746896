"""Languages that people at customers may be written to in, as they are offered."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = [
    ("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish")), ("it", _("Italian")),
    ("nl", _("Dutch")), ("pl", _("Polish")), ("pt", _("Portuguese")), ("ja", _("Japanese")),
    ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")),
]  # fmt: skip
OFFERED = [("", _("As the workspace")), *LANGUAGES]
