from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from outbox import mail, registry

        registry.register(mail.KIND, mail.handler)
