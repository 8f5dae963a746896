from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from integrations import effects, personal
        from integrations.actions import intake, processing, replays, retention
        from outbox.registry import InDoubt, Local, Remote, register
        from workspaces.registry import retain

        personal.register()
        register(intake.PROCESS, Local(effects.process_event))
        look_up = Remote(
            effects.prepare_look_up,
            effects.look_up,
            effects.record_look_up,
            in_doubt=InDoubt.RESEND,  # reading twice harms nobody
            queue="mail",
            max_attempts=effects.LOOK_UP_ATTEMPTS,
        )
        register(processing.LOOK_UP, look_up)
        register(replays.REPLAY_MORE, Local(effects.replay_more))
        retain(
            "delivery_bodies",
            _("Bodies of help-desk deliveries"),
            retention.KEPT_DAYS,
            retention.purge_bodies,
            due=retention.old_bodies,
            about=_("A delivery as it came, byte for byte, to process it again. What came of it stays."),
            most=365,
        )
