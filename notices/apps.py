from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        from accounts.registry import listen
        from notices import effects, personal
        from notices.actions import digests, gathering, messages, tidying
        from outbox.registry import InDoubt, Local, Remote, register, register_daily, stuck_listeners
        from voice.registry import rise_listeners
        from workspaces.registry import news_listeners, retain

        for kind, run in {
            gathering.TELL: effects.tell_facts,
            gathering.ANSWER: effects.tell_answer,
            gathering.STUCK: effects.tell_stuck,
            gathering.RENEWALS: effects.tell_renewals,
            gathering.TASKS: effects.tell_tasks,
            messages.CHAT_OFF: effects.tell_chat_off,
            digests.KIND: effects.send_digest,
        }.items():
            register(kind, Local(run, queue="mail"))
        register_daily("notices.look_ahead", hour=4, run=effects.look_ahead, queue="default")
        register(
            messages.DELIVER,
            Remote(
                effects.prepare,
                effects.send,
                effects.record,
                in_doubt=InDoubt.PARK,  # a chat shows a repeat twice
                queue="webhooks",
                max_attempts=messages.MOST_ATTEMPTS,
                schedule=messages.SCHEDULE,
            ),
        )
        listen(facts=gathering.hear)
        stuck_listeners.append(gathering.hear_of_stuck)
        rise_listeners.append(gathering.tell_rises)
        news_listeners.append(gathering.tell_news)
        personal.register()
        retain(
            "notices",
            _("Notices"),
            tidying.KEPT_DAYS,
            tidying.forget_occasions,
            due=tidying.old_occasions,
            about=_("What members and chats were told. What happened stays on the customer's timeline."),
            least=2,
            most=730,
        )
