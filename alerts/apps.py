from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"

    def ready(self) -> None:
        from accounts.registry import describe
        from accounts.registry import listen as listen_to_facts
        from alerts import personal, tasks, words
        from alerts.actions import rules
        from alerts.segment_fields import OPEN_ALERTS
        from health.registry import listen
        from outbox.registry import register_daily
        from segments.registry import register_field
        from workspaces.registry import founders

        founders.append(rules.give_first_rules)
        register_field(OPEN_ALERTS)
        listen(tasks.evaluate)
        listen_to_facts(facts=tasks.hear)
        register_daily("health.escalate", hour=6, run=tasks.escalate)  # the kind that rows of earlier days carry
        register_daily("alerts.keep_budget", hour=5, run=tasks.keep_budget)

        personal.register()
        describe("alert.opened", words.alert_opened)
        describe("alert.closed", words.alert_closed)
        describe("alert.acknowledged", words.alert_acknowledged)
        describe("alert.snoozed", words.alert_snoozed)
        describe("alert.assigned", words.alert_assigned)
        describe("alert.escalated", words.alert_escalated)
        describe("work.dismissed", words.work_dismissed)
        describe("work.brought_back", words.work_brought_back)
