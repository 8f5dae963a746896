from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskConfig(AppConfig):
    name = "risk"

    def ready(self) -> None:
        from alerts.registry import leaving
        from health.registry import listen
        from outbox.registry import Local, register, register_daily
        from risk import actions, queries, tasks
        from risk.segment_fields import RISK
        from segments.registry import register_field
        from workspaces.registry import retain

        leaving.append(queries.leaving)
        listen(tasks.score)
        register_field(RISK)
        register(actions.STEP_EFFECT, Local(tasks.take_step, queue="compute"))
        register(actions.HAND_EFFECT, Local(tasks.make_hand_card, queue="compute"))
        register(actions.CHUNK_EFFECT, Local(tasks.score_chunk, queue="compute"))
        register_daily("risk.keep_up", hour=1, run=tasks.keep_up)
        retain(
            "risk_scores",
            _("Churn risk by day"),
            actions.KEPT_DAYS,
            actions.forget_scores,
            due=queries.old_scores,
            about=_("How likely each customer was to leave, with the points of each part. The newest always stays."),
            least=400,
        )
