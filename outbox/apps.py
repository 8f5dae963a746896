from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from anymail.signals import inbound, tracking

        from outbox import erasure, housekeeping, invitations, mail, registry, retention
        from outbox.views import reports
        from workspaces.registry import erasure_starter, invitation_sender

        registry.register(mail.KIND, mail.handler)
        registry.register_daily("workspaces.forget_answers", hour=3, run=housekeeping.forget_answers, queue="default")
        registry.register_daily(retention.PURGE_OLD, hour=3, run=retention.purge_old)
        registry.register(retention.PURGE, registry.Local(retention.purge, queue="compute"))
        registry.register(erasure.KIND, registry.Local(erasure.erase, queue="compute", max_attempts=50))
        erasure_starter.append(erasure.start)
        retention.register()
        invitation_sender.append(invitations.send_invitation)
        tracking.connect(reports.on_tracking, dispatch_uid="outbox.tracking")
        inbound.connect(reports.on_inbound, dispatch_uid="outbox.inbound")
