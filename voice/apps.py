from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoiceConfig(AppConfig):
    name = "voice"

    def ready(self) -> None:
        from accounts.registry import listen
        from outbox.registry import Local, register, register_daily
        from voice import personal, tasks
        from voice.actions import concluding, digests, reading, themes
        from voice.queries import remarks
        from workspaces.registry import founders, retain

        listen(facts=reading.hear)
        register(reading.READ, Local(tasks.read))
        register(reading.MORE, Local(tasks.read_more, queue="compute"))
        register(reading.AGAIN, Local(tasks.read_again, queue="compute"))
        register(reading.CONCLUDE, Local(tasks.conclude, queue="compute"))
        register(digests.SEND, Local(tasks.send_digest, queue="mail"))
        register_daily("voice.keep_up", hour=3, run=tasks.keep_up)
        register_daily("voice.plan_digests", hour=6, run=tasks.plan_digests)
        founders.append(themes.give_first_themes)
        personal.register()
        retain(
            "remarks",
            _("What was read from comments"),
            concluding.KEPT_DAYS,
            concluding.forget_remarks,
            due=remarks.old,
            about=_("Themes and feelings of what customers said. The answers and tickets themselves stay."),
            least=120,
        )
