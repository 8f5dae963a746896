"""Why a file or a row cannot be brought in, and how far an import is, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.models import Import
from imports.queries import Totals

# Why a file cannot be read; `%(row)s` is where, counted as a spreadsheet does.
PROBLEMS = {
    "empty": gettext_lazy("The file is empty."),
    "no_rows": gettext_lazy("The file has headers and no rows below them."),
    "zip": gettext_lazy("This is a zip file or an Excel workbook. Save the sheet as CSV and upload that."),
    "excel": gettext_lazy("This is an Excel workbook. Save the sheet as CSV and upload that."),
    "pdf": gettext_lazy("This is a PDF. A CSV file is needed."),
    "image": gettext_lazy("This is a picture. A CSV file is needed."),
    "too_large": gettext_lazy("The file is larger than 20 MB. Split it and bring in the pieces one after another."),
    "too_many_rows": gettext_lazy("The file has more than 200,000 rows. Split it and bring in the pieces."),
    "too_many_columns": gettext_lazy("The file has more than 200 columns. Leave out those that are not needed."),
    "unclosed_quote": gettext_lazy("A quotation mark that opens in row %(row)s is never closed."),
    "stray_quote": gettext_lazy("The headers have a quotation mark where none can be."),
    "cell_too_long": gettext_lazy("A header is longer than 32,768 characters."),
    "encoding": gettext_lazy("From line %(row)s on, the file is not in the encoding it is read in. Choose another."),
}

# Why a row is refused.
REASONS = {
    "stray_quote": gettext_lazy("A quotation mark inside a quoted cell is not doubled."),
    "cell_too_long": gettext_lazy("A cell is longer than 32,768 characters."),
    "too_many_cells": gettext_lazy("The row has more cells than there are headers."),
    "too_long": gettext_lazy("Longer than %(most)s characters."),
    "not_text": gettext_lazy("It has characters that are not text."),
    "rounded_id": gettext_lazy("A spreadsheet has rounded this id to “%(value)s”. Export it as text."),
    "not_email": gettext_lazy("“%(value)s” is not an e-mail address."),
    "not_domain": gettext_lazy("“%(value)s” is not a domain."),
    "not_a_name": gettext_lazy("Nothing of this name can be seen."),
    "not_a_choice": gettext_lazy("“%(value)s” is not one of the choices."),
    "not_yes_no": gettext_lazy("“%(value)s” is neither yes nor no."),
    "not_a_number": gettext_lazy("“%(value)s” is not a number."),
    "not_whole": gettext_lazy("“%(value)s” is not a whole number."),
    "too_small": gettext_lazy("“%(value)s” is less than zero."),
    "too_large": gettext_lazy("“%(value)s” is too large."),
    "not_a_date": gettext_lazy("“%(value)s” is not a date."),
    "too_far": gettext_lazy("A date between 1900 and 2199."),
    "not_a_time": gettext_lazy("“%(value)s” is not a date and time."),
    "not_a_system": gettext_lazy("“%(value)s” cannot name a system: small letters, digits, - and _ only."),
    "not_a_currency": gettext_lazy("“%(value)s” is not the three letters of a currency."),
    "not_a_language": gettext_lazy("“%(value)s” is not a language."),
    "not_a_time_zone": gettext_lazy("“%(value)s” is not a time zone such as Europe/Berlin."),
    "not_an_experience": gettext_lazy("“%(value)s” is not a number from -2 to 2."),
    "not_a_metric": gettext_lazy("“%(value)s” cannot be the key of a metric."),
    "not_a_tag": gettext_lazy("“%(value)s” cannot be a tag."),
    "not_own_id": gettext_lazy("This is not a Ninefold id."),
    "not_other_ids": gettext_lazy("Ids in other systems are written as system:id, with semicolons between them."),
    "no_member": gettext_lazy("Nobody in this workspace is called “%(value)s”."),
    "several_member": gettext_lazy("Several people in this workspace are called “%(value)s”: give the e-mail address."),
    "no_persona": gettext_lazy("There is no persona “%(value)s”."),
    "several_persona": gettext_lazy("Several personas are called “%(value)s”."),
    "no_values": gettext_lazy("None of the metrics has a value in this row."),
    "same_id": gettext_lazy("An earlier row of this file is the same one."),
    "nothing_to_know_it_by": gettext_lazy("Nothing in this row says which one it is: it needs an id or a name."),
    "reading_incomplete": gettext_lazy("A reading needs a metric, a day and a value."),
    "no_readings": gettext_lazy("A day with no readings is no reading."),
    "no_account": gettext_lazy("No account fits what this row says about its account."),
    "several_accounts": gettext_lazy("Several accounts have this name: give an id."),
    "no_own_id": gettext_lazy("Nothing here has this Ninefold id."),
    "ids_differ": gettext_lazy("The ids in this row belong to two different ones."),
    "same_row": gettext_lazy("An earlier row of this file is about the same one."),
    "same_reading": gettext_lazy("An earlier row of this file has a reading of the same account, metric and day."),
    "name_missing": gettext_lazy("It is new and has no name."),
    "no_parent": gettext_lazy("The parent account is neither here nor in the file."),
    "email_taken": gettext_lazy("Somebody else has this e-mail address."),
    "suppressed": gettext_lazy("This person was erased, and is not to be brought in again."),
    "several_contacts": gettext_lazy("Several people of this account have this name: give the e-mail address."),
    "other_account": gettext_lazy("It belongs to another account here."),
    "several_contracts": gettext_lazy("Several contracts of this account have this name and start: give an id."),
    "dates_missing": gettext_lazy("A new contract needs its first and last day."),
    "ends_before_start": gettext_lazy("It ends before it starts."),
    "opened_missing": gettext_lazy("A new ticket needs the time when it was opened."),
    "closed_before_opened": gettext_lazy("It was closed before it was opened."),
    "not_yet": gettext_lazy("It lies in the future."),
    "kind_differs": gettext_lazy("This metric is of another kind."),
    "below_none": gettext_lazy("What is counted is 0 or more."),
    "not_a_rating": gettext_lazy("A rating is a number from 0 to 100; a total is a sum of them."),
    "kind_missing": gettext_lazy("There is no such metric: say what kind the new one is."),
    "time_missing": gettext_lazy("A touchpoint needs the time when it happened."),
    "summary_missing": gettext_lazy("A touchpoint needs a summary."),
    "parent_gone": gettext_lazy("The parent was not brought in."),
}


def added_headers() -> list[str]:
    """What a file of refused rows has behind the columns of the file they come from."""
    return [_("Row"), _("Why it was refused")]


ENCODINGS = {
    "utf-8": gettext_lazy("Unicode (UTF-8)"),
    "utf-16-le": gettext_lazy("Unicode (UTF-16)"),
    "utf-16-be": gettext_lazy("Unicode (UTF-16, big-endian)"),
    "gb18030": gettext_lazy("Simplified Chinese (GB18030)"),
    "big5": gettext_lazy("Traditional Chinese (Big5)"),
    "cp1252": gettext_lazy("Western European (Windows-1252)"),
}
DELIMITERS = {
    ",": gettext_lazy("Comma ,"),
    ";": gettext_lazy("Semicolon ;"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Bar |"),
    "^": gettext_lazy("Caret ^"),
    "`": gettext_lazy("Backquote `"),
}


def problem(code: str, row: int = 0) -> str:
    """Why a file cannot be read."""
    return str(PROBLEMS.get(code, code)) % {"row": row}


def reason(code: str, detail: Mapping[str, str] | None = None) -> str:
    """Why a row is refused."""
    if code == "said":  # a sentence of the room that owns the field
        return (detail or {})["why"]
    return str(REASONS.get(code, code)) % (detail or {})


STATES = ("draft", "ready", "checking", "checked", "writing", "done", "stopped", "discarded", "forgotten")


def state(source: Import) -> tuple[str, str]:
    """(key, words) of how far an import is; the keys are STATES."""
    if source.discarded_at:
        return "discarded", _("Nothing brought in")
    if source.stopped_at:
        return "stopped", _("Cannot be read")
    if source.done_at:
        return "done", _("Brought in")
    if source.forgotten_at:
        return "forgotten", _("Not continued")
    if source.confirmed_at:
        return "writing", _("Being brought in")
    if source.checked_at:
        return "checked", _("Checked")
    if source.begun_at:
        return "checking", _("Being checked")
    return ("ready", _("Ready to check")) if source.mapped_at else ("draft", _("Columns not chosen"))


TONES = {"done": "good", "stopped": "critical", "checked": "watch", "writing": "info", "checking": "info"}


def tone(key: str) -> str:
    """The chip's kind for a state."""
    return TONES.get(key, "muted")


def percent(key: str, rows: int, totals: Totals) -> int:
    """How much of the check or of the merge of so many rows is done; reading and comparing are half of a check each."""
    whole = max(1, rows)
    if key == "checking":
        return min(100, 50 * totals.read // whole + 50 * totals.checked // whole)
    return min(100, 100 * totals.merged // whole)
