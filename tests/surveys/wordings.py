"""Every sentence that a customer may read, found in the templates and modules that write to customers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template import engines
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

Wording = tuple[str, str]  # context, text

TEMPLATES = ["surveys/customer", "complaints/customer", "expectations/customer"]
PARTS = ["ui/field.html"]
MODULES = [
    "surveys/questions.py",
    "surveys/answering.py",
    "lib/languages.py",
    "dashboard/drafts.py",
    "complaints/letters.py",
    "expectations/answering.py",
    "expectations/letters.py",
]
CALLS = {"_": 0, "gettext": 0, "gettext_lazy": 0, "pgettext": 1, "pgettext_lazy": 1}


def wordings() -> set[Wording]:
    """(context, text) of each, as a catalogue holds it."""
    return {*_of_templates(), *_of_modules()}


def _of_templates() -> Iterator[Wording]:
    root = settings.BASE_DIR / "templates"
    found = [str(path.relative_to(root)) for folder in TEMPLATES for path in (root / folder).iterdir()]
    for name in sorted([*found, *PARTS]):
        template = engines["django"].get_template(name).template
        for node in template.nodelist.get_nodes_by_type(Node):
            if isinstance(node, TranslateNode):
                yield (
                    _plain(node.message_context),
                    str(node.filter_expression.var.literal or node.filter_expression.var),
                )
            elif isinstance(node, BlockTranslateNode):
                yield _plain(node.message_context), node.render_token_list(node.singular)[0]


def _plain(expression: object) -> str:
    return str(expression.resolve({})) if expression is not None else ""


def _of_modules() -> Iterator[Wording]:
    for name in MODULES:
        for call in ast.walk(ast.parse((settings.BASE_DIR / name).read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CALLS:
                texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
                yield ("", texts[0]) if CALLS[call.func.id] == 0 else (texts[0], texts[1])


def catalogue(path: Path) -> dict[Wording, str]:
    """What a .po file holds: the translation of each (context, text), without the fuzzy ones."""
    found: dict[Wording, str] = {}
    for entry in re.split(r"\n\s*\n", path.read_text()):
        lines = [line for line in entry.splitlines() if not line.startswith("#")]
        parts: dict[str, str] = {}
        name = ""
        for line in lines:
            match = re.match(r'(msgctxt|msgid|msgstr)?\s*(".*")$', line.strip())
            if match:
                name = match[1] or name
                parts[name] = parts.get(name, "") + ast.literal_eval(match[2])
        if parts.get("msgid") and "#, fuzzy" not in entry:
            found[parts.get("msgctxt", ""), parts["msgid"]] = parts.get("msgstr", "")
    return found
