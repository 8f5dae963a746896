from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "journeys"

    def ready(self) -> None:
        from accounts.registry import describe, listen, react
        from journeys import personal, tasks, words
        from journeys.actions import entering, playbooks
        from outbox.registry import Local, register, register_daily
        from workspaces.registry import founders

        react("contract.added", "journeys.begin_delivery", tasks.begin_delivery)
        react("contract.changed", "journeys.begin_delivery", tasks.begin_delivery)
        react("survey.answered", "journeys.note_answer", tasks.note_answer)
        react("alert.opened", "journeys.note_alert", tasks.note_alert)
        react("alert.closed", "journeys.note_alert", tasks.note_alert)
        for kind in ("complaint.opened", "complaint.reopened", "complaint.closed"):
            react(kind, "journeys.note_complaint", tasks.note_complaint)
        listen(facts=entering.hear_entries)
        register(entering.START, Local(tasks.start_in_segment))
        register_daily("journeys.move_due", hour=2, run=tasks.move_due)
        register(tasks.MOVE_MORE, Local(tasks.move_due, queue="compute"))

        founders.append(playbooks.give_first_playbooks)
        personal.register()
        describe("stage.entered", words.stage_entered)
        describe("stage.taken_back", words.stage_taken_back)
        describe("touchpoint.logged", words.touchpoint_logged)
        for kind, (tell, many) in words.TOLD.items():
            describe(kind, tell, many)
