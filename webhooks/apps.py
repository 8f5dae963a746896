from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"

    def ready(self) -> None:
        from accounts.registry import listen
        from outbox.registry import InDoubt, Local, Remote, register
        from webhooks import effects, personal
        from webhooks.actions import deliveries, tidying
        from workspaces.registry import retain

        register(deliveries.FAN_OUT, Local(effects.fan_out, queue="default"))
        register(
            deliveries.DELIVER,
            Remote(
                effects.prepare,
                effects.send,
                effects.record,
                in_doubt=InDoubt.RESEND,  # the receiver knows a repeat by its webhook-id
                queue="webhooks",
                max_attempts=deliveries.MOST_ATTEMPTS,
                schedule=deliveries.SCHEDULE,
            ),
        )
        retain(
            "webhook_messages",
            _("Messages to webhooks"),
            tidying.KEPT_DAYS,
            tidying.forget_deliveries,
            due=tidying.old_deliveries,
            about=_("What your systems were told, and what they answered, to look into and to send again."),
            least=4,
            most=365,
        )
        listen(facts=deliveries.hear)
        personal.register()
