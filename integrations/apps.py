from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from integrations import effects
        from integrations.actions.intake import PROCESS
        from outbox.registry import Local, register

        register(PROCESS, Local(effects.process_event))
