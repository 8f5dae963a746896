from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from outbox import housekeeping, invitations, mail, registry
        from workspaces.registry import invitation_sender

        registry.register(mail.KIND, mail.handler)
        registry.register_daily("workspaces.forget_answers", hour=3, run=housekeeping.forget_answers, queue="default")
        invitation_sender.append(invitations.send_invitation)
