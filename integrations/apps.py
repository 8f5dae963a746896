from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from integrations import effects, personal
        from integrations.actions import intake, processing, replays, retention
        from outbox.registry import InDoubt, Local, Remote, register, register_daily

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
        register_daily(retention.PURGE, hour=3, run=effects.purge_bodies)
