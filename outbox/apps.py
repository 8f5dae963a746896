from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from outbox import invitations, mail, registry
        from workspaces.registry import invitation_sender

        registry.register(mail.KIND, mail.handler)
        invitation_sender.append(invitations.send_invitation)
