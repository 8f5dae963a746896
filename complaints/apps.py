from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"

    def ready(self) -> None:
        from accounts.registry import describe, listen
        from complaints import effects, personal, portraits, words
        from complaints.actions import case, noticing, retention, setting
        from outbox.registry import Local, register
        from surveys.registry import tellers
        from workspaces.registry import founders, retain

        register(noticing.TAKE_UP, Local(effects.take_up))
        register(case.NOTE_OVERDUE, Local(effects.note_overdue))
        listen(facts=noticing.hear)
        founders.append(setting.give_first_rules)
        tellers.append(portraits.notes)
        personal.register()
        retain(
            "closed_complaints",
            _("Closed complaints"),
            None,
            retention.forget_complaints,
            due=retention.old_complaints,
            about=_("Complaints with what the customer was told. That there was one stays on the timeline."),
            least=90,
        )
        for kind, tell in words.TOLD.items():
            describe(kind, tell)
