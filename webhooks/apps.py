from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "webhooks"

    def ready(self) -> None:
        from accounts.registry import listen
        from outbox.registry import InDoubt, Local, Remote, register, register_daily
        from webhooks import effects, personal
        from webhooks.actions import deliveries, tidying

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
        register_daily(tidying.FORGET, hour=4, run=effects.forget, queue="default")
        listen(facts=deliveries.hear)
        personal.register()
