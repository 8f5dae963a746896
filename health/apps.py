from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# What a score looks at, or somebody who hears of it.
CAUSES = [
    "account.created",
    "contact.added",
    "contact.changed",
    "contact.erased",
    "contact.left",
    "contact.returned",
    "content.completed",
    "content.started",
    "contract.added",
    "contract.changed",
    "contract.renewed",
    "promise.broken",
    "goal.changed",
    "goal.confirmed",
    "goal.ended",
    "goal.reached",
    "goal.read",
    "goal.reopened",
    "goal.set",
    "milestone.changed",
    "milestone.done",
    "milestone.planned",
    "milestone.removed",
    "milestone.reopened",
    "plan.confirmed",
    "plan.saved",
    "stage.entered",
    "stage.taken_back",
    "survey.answered",
    "ticket.opened",
    "ticket.changed",
    "ticket.closed",
    "ticket.merged",
    "ticket.reopened",
    "touchpoint.logged",
]

# What loyalty and satisfaction look at.
SAID = [
    "account.created",
    "contact.changed",
    "contact.erased",
    "contact.left",
    "contact.returned",
    "contract.added",
    "contract.changed",
    "contract.renewed",
    "plan.saved",
    "promise.broken",
    "promise.kept",
    "stage.entered",
    "stage.taken_back",
    "survey.answered",
    "touchpoint.logged",
]


class HealthConfig(AppConfig):
    name = "health"

    def ready(self) -> None:
        from accounts.registry import describe, watch
        from health import personal, tasks, words
        from health.actions import attitudes, profiles, recomputing, retention, scores
        from health.segment_fields import FIELDS
        from outbox.registry import Local, register, register_daily
        from segments.registry import listen_to_members, register_field
        from workspaces.registry import founders, retain, upkeep

        founders.append(profiles.give_first_profiles)
        listen_to_members(profiles.note_members)
        for field in FIELDS:
            register_field(field)
        watch("health.rescore", tasks.rescore, facts=CAUSES, queue="compute")
        watch("health.measure_attitudes", tasks.measure_attitudes, facts=SAID, queue="compute")
        register(attitudes.CHUNK_EFFECT, Local(tasks.measure_attitudes_chunk, queue="compute"))
        register_daily("health.measure_all_attitudes", hour=3, run=tasks.start_measuring_attitudes)
        register(profiles.RESCORE_EFFECT, Local(tasks.rescore_stale, queue="compute"))
        register(scores.CHUNK_EFFECT, Local(tasks.rescore_chunk, queue="compute"))
        register(recomputing.START_EFFECT, Local(tasks.start_recomputing, queue="compute"))
        register(recomputing.CHUNK_EFFECT, Local(tasks.recompute_chunk, queue="compute"))
        register_daily("health.rescore_all", hour=2, run=tasks.start_rescore_all)
        register_daily("health.keep_months", hour=4, run=tasks.keep_months)
        upkeep.append(retention.keep_months)

        personal.register()
        retain(
            "health_scores",
            _("Health scores by day"),
            retention.KEPT_DAYS,
            retention.forget_scores,
            due=retention.old_scores,
            about=_("How each customer stood on a day, with its parts. The workspace's own curve stays."),
            least=400,
        )
        describe("health.changed", words.health_changed)
        describe("pulse.set", words.pulse_set)
        describe("pulse.taken_back", words.pulse_taken_back)
